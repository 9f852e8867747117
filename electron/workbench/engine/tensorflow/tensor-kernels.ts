import { Prelu, registerKernel, tidy, unregisterKernel } from '@tensorflow/tfjs-core';
import { inputOf } from '../kernel-attributes';
import { backendName, type TensorFlowBackend } from './tensorflow-backend';

/**
 * Replaces what tfjs's TensorFlow backend computes through tensors' methods, which Relief's build of tfjs leaves out: the
 * parametric rectifier of the face models.
 */
export function registerTensorKernels(backend: TensorFlowBackend): void {
  unregisterKernel(Prelu, backendName);
  registerKernel({
    kernelName: Prelu,
    backendName,
    /** max(x, 0) − alpha · max(−x, 0) */
    kernelFunc: ({ inputs }) => {
      const [x, alpha] = [inputOf(inputs, 'x'), inputOf(inputs, 'alpha')];
      const type = [backend.floatType()];
      return tidy(() => {
        const positive = backend.runOne('Relu', [x], type);
        const negative = backend.runOne('Relu', [backend.runOne('Neg', [x], type)], type);
        return backend.runOne('Sub', [positive, backend.runOne('Mul', [alpha, negative], type)], type);
      });
    },
  });
}
