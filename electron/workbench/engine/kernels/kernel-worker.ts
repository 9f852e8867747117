import { workerData } from 'node:worker_threads';
import { instantiateKernels } from './kernel-module';

/** What a kernel thread is started with. */
export interface KernelWorkerData {
  readonly file: string;
  readonly memory: WebAssembly.Memory;
  readonly control: number;
  readonly thread: number;
}

function isWorkerData(data: unknown): data is KernelWorkerData {
  return (
    typeof data === 'object' &&
    data !== null &&
    typeof Reflect.get(data, 'file') === 'string' &&
    Reflect.get(data, 'memory') instanceof WebAssembly.Memory &&
    typeof Reflect.get(data, 'control') === 'number' &&
    typeof Reflect.get(data, 'thread') === 'number'
  );
}

const data: unknown = workerData;
if (!isWorkerData(data)) throw new Error('kernel-worker must be started by the kernel pool');
instantiateKernels(data.file, data.memory).serve(data.control, data.thread);
