import { createRequire } from 'node:module';
import util from 'node:util';
import { AppError } from '@shared/contract/errors';
import { distFile } from '@workbench/project/paths';

/** How TensorFlow computes. It reads these once, when it starts; a process can not change them afterwards. */
export interface LibraryOptions {
  /** 0 = all cores. */
  readonly threads: number;
  /** Makes a GPU's kernels add up in a fixed order; the processor's always do. */
  readonly deterministicGpu: boolean;
}

let loadedWith: string | null = null;
let kernels: unknown;

/**
 * Loads the binding, and with it TensorFlow, once in a process, and registers its kernels with tfjs.
 * @returns tfjs's backend over the binding
 * @throws AppError `conflict` when it was loaded with other options, `unsupported` when the binding cannot be loaded
 */
export function loadTensorFlow(bindingFile: string, options: LibraryOptions): unknown {
  const key = JSON.stringify([bindingFile, options.threads, options.deterministicGpu]);
  if (loadedWith === key) return kernels;
  if (loadedWith !== null)
    throw new AppError(
      'conflict',
      'TensorFlow already runs in this process with other options; it takes new ones only in a new process.',
    );
  restoreOldUtilities();
  for (const [name, value] of Object.entries(environmentFor(options))) process.env[name] = value;
  const load = createRequire(distFile('tensorflow-backend.cjs'));
  const bundle: unknown = load('./tensorflow-backend.cjs');
  const register: unknown =
    typeof bundle === 'object' && bundle !== null ? Reflect.get(bundle, 'registerTensorFlow') : null;
  if (typeof register !== 'function') throw new Error('dist/tensorflow-backend.cjs lacks registerTensorFlow');
  kernels = Reflect.apply(register, undefined, [loadBinding(load, bindingFile)]);
  loadedWith = key;
  return kernels;
}

/** @throws AppError `unsupported` with the loader's own words, and what to do about the usual causes */
function loadBinding(load: NodeJS.Require, file: string): unknown {
  try {
    return load(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('unsupported', `TensorFlow cannot be loaded: ${reason}. ${adviceFor(reason)}`, { file });
  }
}

/** What helps against a dynamic loader's complaint. */
export function adviceFor(reason: string): string {
  const glibc = /GLIBC(?:XX)?_[\d.]+/.exec(reason)?.[0];
  if (glibc !== undefined)
    return `It needs ${glibc} of the system's C or C++ library; use a newer Linux, or train on another engine.`;
  if (/wrong ELF class|invalid ELF header|Exec format/.test(reason))
    return 'The library was made for another kind of processor; run "relief engine install tensorflow" on this machine.';
  if (/cannot open shared object file|no such file/i.test(reason))
    return 'A part of it is missing; run "relief engine install tensorflow" again.';
  return 'Run "relief engine install tensorflow" again.';
}

/** What TensorFlow reads from the environment when it starts. */
function environmentFor({ threads, deterministicGpu }: LibraryOptions): Record<string, string> {
  return {
    // Warnings and worse; the advice of its start-up is not for people who train faces.
    TF_CPP_MIN_LOG_LEVEL: '2',
    // Operations run one after the other on our thread; all parallelism is inside them.
    TF_NUM_INTEROP_THREADS: '1',
    ...(threads > 0 ? { TF_NUM_INTRAOP_THREADS: String(threads) } : {}),
    // Takes what it needs of the GPU's memory, not all of it at once.
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    ...(deterministicGpu ? { TF_DETERMINISTIC_OPS: '1', TF_CUDNN_DETERMINISTIC: '1' } : {}),
  };
}

/** tfjs 4.22 calls two functions that `node:util` lost in Node 23. */
function restoreOldUtilities(): void {
  if (!('isNullOrUndefined' in util))
    Reflect.set(util, 'isNullOrUndefined', (value: unknown) => value === null || value === undefined);
  if (!('isArray' in util)) Reflect.set(util, 'isArray', Array.isArray);
}
