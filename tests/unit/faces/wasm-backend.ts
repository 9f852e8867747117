import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { ready, setBackend } from '@tensorflow/tfjs-core';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

/** Sets tfjs's own WASM backend, one thread: the pipeline runs on whatever backend is set. */
export async function useWasmBackend(): Promise<void> {
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm');
  setWasmPaths(`${dirname(entry)}/`);
  setThreadsCount(1);
  await setBackend('wasm');
  await ready();
}
