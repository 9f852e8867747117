// The package's entry registers no gradients; this does.
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { backend, enableProdMode, ready, setBackend, type TensorInfo } from '@tensorflow/tfjs-core';
import { BackendWasm, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { distFile } from '@workbench/project/paths';
import type { Heap } from './kernels/kernel-pool';

/** tfjs's own WASM, its memory marked as shared by `build/kernels.mjs`. */
const binary = 'tfjs-shared-memory.wasm';

/**
 * tfjs's WASM backend seen from our kernels: where tensors lie, and memory for more. The backend keeps its memory
 * private; what is used of its inner workings is checked here, once, so that another version of tfjs fails at
 * start-up with a clear message and not with wrong numbers.
 */
export class WasmBackend implements Heap {
  private constructor(
    private readonly tfjs: BackendWasm,
    readonly memory: WebAssembly.Memory,
    private readonly malloc: (bytes: number) => unknown,
    private readonly release: (address: number) => unknown,
  ) {}

  /** Makes 'wasm' tfjs's backend, on shared memory. */
  static async activate(): Promise<WasmBackend> {
    const path = distFile(binary);
    // Silences tfjs's advice to install another backend; it has no other effect.
    enableProdMode();
    // tfjs asks for all three names; only the SIMD one can be wanted, as Node offers SIMD and tfjs no threads there.
    setWasmPathsOnce({
      'tfjs-backend-wasm.wasm': path,
      'tfjs-backend-wasm-simd.wasm': path,
      'tfjs-backend-wasm-threaded-simd.wasm': path,
    });
    if (!(await setBackend('wasm'))) throw new Error('tfjs could not start its WASM backend');
    await ready();
    const tfjs = backend();
    if (!(tfjs instanceof BackendWasm)) throw new Error('tfjs runs another backend than its own WASM one');
    const asm: unknown = Reflect.get(tfjs.wasm, 'asm');
    const memory: unknown = typeof asm === 'object' && asm !== null ? Reflect.get(asm, 'memory') : undefined;
    const malloc: unknown = Reflect.get(tfjs.wasm, '_malloc');
    const release: unknown = Reflect.get(tfjs.wasm, '_free');
    if (!(memory instanceof WebAssembly.Memory) || !isFunction(malloc) || !isFunction(release))
      throw new Error('this version of tfjs-backend-wasm does not expose asm.memory, _malloc and _free; 4.22 does');
    if (!(memory.buffer instanceof SharedArrayBuffer))
      throw new Error(`tfjs was started before the engine and without ${binary}; start the engine first`);
    return new WasmBackend(tfjs, memory, malloc, release);
  }

  allocate(bytes: number): number {
    // Addresses beyond 2 GiB come as negative numbers.
    const address = Number(this.malloc(bytes)) >>> 0;
    if (address === 0) throw new Error(`the WASM heap has no room for ${bytes} more bytes`);
    return address;
  }

  free(address: number): void {
    this.release(address);
  }

  /** Address of a float32 tensor's values. Valid until the tensor is disposed. */
  address(tensor: TensorInfo): number {
    if (tensor.dtype !== 'float32') throw new Error(`a kernel got a ${tensor.dtype} tensor; it takes float32`);
    const { memoryOffset } = this.tfjs.dataIdMap.get(tensor.dataId);
    return memoryOffset;
  }

  /** A new float32 tensor, its values not yet set. */
  output(shape: readonly number[]): TensorInfo {
    return this.tfjs.makeOutput([...shape], 'float32');
  }

  /** A tensor with the same values in the same memory. */
  share({ dataId, shape, dtype }: TensorInfo): TensorInfo {
    this.tfjs.incRef(dataId);
    return { dataId, shape, dtype };
  }

  /** How many tensors share this one's values. */
  references(tensor: TensorInfo): number {
    return this.tfjs.refCount(tensor.dataId);
  }

  /** The heap's size; it never shrinks. */
  get bytes(): number {
    return this.memory.buffer.byteLength;
  }
}

function isFunction(value: unknown): value is (argument: number) => unknown {
  return typeof value === 'function';
}

let pathsAreSet = false;

/** tfjs refuses new paths once its backend runs. */
function setWasmPathsOnce(paths: Parameters<typeof setWasmPaths>[0]): void {
  if (pathsAreSet) return;
  setWasmPaths(paths);
  pathsAreSet = true;
}
