// dist/tensorflow-backend.cjs: tfjs's TensorFlow backend without the package's entry, which would look for a binding of its
// own. It shares tfjs's engine and its table of kernels with whoever loads it, as tfjs keeps both in the global scope.
import '@tensorflow/tfjs-node-gpu/dist/register_all_kernels';
import { findBackend, registerBackend } from '@tensorflow/tfjs-core';
import { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend';
import type { TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding';

/** Makes the binding tfjs's backend 'tensorflow' (not yet the active one) and returns it. */
export function registerTensorFlow(binding: TFJSBinding): unknown {
  // Without the name of a package, so that it does not warn when there is no GPU.
  registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, ''), 3);
  return findBackend('tensorflow');
}
