// The package's entry registers no gradients; this does.
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { enableProdMode, setBackend, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core';
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend';
import { loadTensorFlow, type LibraryOptions } from './library';

/** An operation's attribute; the binding's own type is a class without members of its own. */
interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: boolean | number | string | number[];
}

/** tfjs's name of the backend, for which kernels are registered. */
export const backendName = 'tensorflow';

/** tfjs's TensorFlow backend, seen as a way to run any of TensorFlow's operations by name. */
export class TensorFlowBackend {
  private constructor(private readonly kernels: NodeJSKernelBackend) {}

  /** Loads TensorFlow and makes it tfjs's backend. */
  static async activate(bindingFile: string, options: LibraryOptions): Promise<TensorFlowBackend> {
    // Before its bundle is loaded, whose own copy of tfjs would warn that there are two.
    enableProdMode();
    const kernels = loadTensorFlow(bindingFile, options);
    if (!isKernelBackend(kernels))
      throw new Error("this version of tfjs's TensorFlow backend is not the expected 4.22");
    if (!(await setBackend(backendName))) throw new Error('tfjs could not start its TensorFlow backend');
    return new TensorFlowBackend(kernels);
  }

  /** Whether a GPU computes. */
  get onGpu(): boolean {
    return this.kernels.isUsingGpuDevice;
  }

  /** TensorFlow's own version. */
  get version(): string {
    const version: unknown = Reflect.get(this.kernels.binding, 'TF_Version');
    return typeof version === 'string' ? version : 'unknown';
  }

  /** Runs one operation. Input tensors stay the caller's; outputs belong to the surrounding tidy. */
  run(operation: string, inputs: readonly TensorInfo[], attributes: readonly Attribute[], outputs = 1): Tensor[] {
    return this.kernels.executeMultipleOutputs(operation, [...attributes], [...inputs], outputs);
  }

  /** The same for an operation with one output. */
  runOne(operation: string, inputs: readonly TensorInfo[], attributes: readonly Attribute[]): Tensor {
    return this.kernels.executeSingleOutput(operation, [...attributes], [...inputs]);
  }

  integer(name: string, value: number | number[]): Attribute {
    return { name, type: this.kernels.binding.TF_ATTR_INT, value };
  }
  float(name: string, value: number): Attribute {
    return { name, type: this.kernels.binding.TF_ATTR_FLOAT, value };
  }
  boolean(name: string, value: boolean): Attribute {
    return { name, type: this.kernels.binding.TF_ATTR_BOOL, value };
  }
  text(name: string, value: string): Attribute {
    return { name, type: this.kernels.binding.TF_ATTR_STRING, value };
  }
  shape(name: string, value: number[]): Attribute {
    return { name, type: this.kernels.binding.TF_ATTR_SHAPE, value };
  }
  /** Attribute `name` = float32, `T` for most operations. */
  floatType(name = 'T'): Attribute {
    return { name, type: this.kernels.binding.TF_ATTR_TYPE, value: this.kernels.binding.TF_FLOAT };
  }
  integerType(name: string): Attribute {
    return { name, type: this.kernels.binding.TF_ATTR_TYPE, value: this.kernels.binding.TF_INT32 };
  }
}

function isKernelBackend(value: unknown): value is NodeJSKernelBackend {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'executeMultipleOutputs') === 'function' &&
    typeof Reflect.get(value, 'executeSingleOutput') === 'function' &&
    typeof Reflect.get(value, 'binding') === 'object'
  );
}
