import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';

/** `simd` gives the same bits on every host; `relaxed-simd` may fuse multiply and add and is faster where it does. */
export type KernelBuild = 'simd' | 'relaxed-simd';

/** The name of a build's file in `dist/`. */
export const kernelFiles: Readonly<Record<KernelBuild, string>> = {
  simd: 'kernels-simd.wasm',
  'relaxed-simd': 'kernels-relaxed.wasm',
};

/** The layout of jobs and scratch that this code writes; `assembly/index.ts` names the kernels' own. */
const interfaceVersion = 2;

/** What `kernels/assembly/index.ts` exports. Addresses are bytes in the shared memory. */
export interface KernelExports {
  /** Runs the job posted in the control block on this thread. */
  runAlone(control: number): void;
  /** Runs the posted job together with all threads that serve. */
  runShared(control: number): void;
  /** Serves jobs as the given thread until the pool closes. */
  serve(control: number, thread: number): void;
  closeClaims(control: number): void;
  close(control: number): void;
  /** The benchmark's yardstick. */
  packedTile4x8(left: number, right: number, depth: number, output: number, repeats: number): void;
  interfaceVersion(): number;
}

/** One function (v128, v128, v128) → v128 of a single f32x4.relaxed_madd. */
const relaxedMaddModule = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0], // magic, version
  ...[1, 8, 1, 96, 3, 123, 123, 123, 1, 123], // type section
  ...[3, 2, 1, 0], // function section
  ...[10, 13, 1, 11, 0, 32, 0, 32, 1, 32, 2, 253, 133, 2, 11], // code section
);

/** Node 20 knows the instructions but keeps them off; modules compiled from now on may use them, in threads too. */
export function switchOnRelaxedSimd(): void {
  if (!supportsRelaxedSimd()) setFlagsFromString('--experimental-wasm-relaxed-simd');
}

/** Whether this process runs relaxed SIMD. Node 20 does when started with `--experimental-wasm-relaxed-simd`, 22 and later always. */
export function supportsRelaxedSimd(): boolean {
  return WebAssembly.validate(relaxedMaddModule);
}

/** The fastest build that this process runs, or the one with host-independent results. */
export function chooseKernelBuild(reproducible: boolean): KernelBuild {
  return !reproducible && supportsRelaxedSimd() ? 'relaxed-simd' : 'simd';
}

/** Compiled once, so that an engine that starts again finds the optimised code. */
const modules = new Map<string, WebAssembly.Module>();

/** Compiles the kernels and binds them to a memory. */
export function instantiateKernels(file: string, memory: WebAssembly.Memory): KernelExports {
  const module = modules.get(file) ?? new WebAssembly.Module(readFileSync(file));
  modules.set(file, module);
  const abort = () => {
    throw new Error(`kernels of ${file} aborted`);
  };
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort } });
  if (!isKernelExports(exports) || exports.interfaceVersion() !== interfaceVersion)
    throw new Error(`${file} belongs to another version of this code; run "npm run build"`);
  return exports;
}

function isKernelExports(exports: object): exports is KernelExports {
  const names = ['runAlone', 'runShared', 'serve', 'closeClaims', 'close', 'packedTile4x8', 'interfaceVersion'];
  return names.every((name) => typeof Reflect.get(exports, name) === 'function');
}
