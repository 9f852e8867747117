import { AppError } from '@shared/contract/errors';
import type { EngineInfo } from '@shared/domain/engine';
import { describeEngines, fastestMeasured } from './choose';
import type { Engine, EngineName, EngineOptions } from './engine';
import { readMeasurements } from './measurements';
import type { EnginePresent, EngineProvider } from './provider';
import { tensorflowProvider } from './tensorflow/provider';
import { wasmProvider } from './wasm-provider';
import { webgpuProvider } from './webgpu/provider';

/** Every engine Relief knows, present or not. */
export const providers: readonly EngineProvider[] = [wasmProvider, webgpuProvider, tensorflowProvider];

/** The process's one engine, its options, and how many have started and not disposed of it. */
interface Running {
  readonly options: string;
  readonly engine: Promise<Engine>;
  users: number;
}

let running: Running | null = null;

/**
 * Starts a compute engine and makes it tfjs's backend; models of tfjs-converter run on it too. A process has one
 * engine: starting with the same options again gives the one that runs (it ends when every starter has disposed of it).
 * @throws AppError `unsupported` for an engine that is not present or cannot be reproducible where that is asked, `conflict` while one with other options runs,
 *   `bad-request` for a negative or broken number of threads, `not-found` when `dist/` lacks the kernels
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  if (!Number.isInteger(options.threads) || options.threads < 0)
    throw new AppError('bad-request', `threads is ${options.threads}; give a whole number, 0 for all cores.`);
  const provider = providerOf(await resolveEngine(options.name, options.reproducible));
  if (options.reproducible && provider.reproducibility === 'none')
    throw new AppError(
      'unsupported',
      `compute.reproducible: not on this engine. ${provider.title} does not promise the same bits twice; take wasm, or switch it off.`,
    );
  const key = JSON.stringify([provider.name, options.threads, options.reproducible]);
  if (running && running.options !== key)
    throw new AppError('conflict', 'An engine with other options runs in this process; dispose of it first.');
  const entry = (running ??= { options: key, engine: launch(provider, options), users: 0 });
  entry.users += 1;
  return entry.engine;
}

/**
 * The engine that a choice stands for here: `auto` is the fastest measured of those present, and where results are to be
 * reproducible, of those that give the same bits on every host.
 */
export async function resolveEngine(choice: EngineName | 'auto', reproducible = false): Promise<EngineName> {
  if (choice !== 'auto') return choice;
  const allowed = reproducible
    ? providers.filter(({ reproducibility }) => reproducibility === 'every-host')
    : providers;
  return fastestMeasured(allowed, await readMeasurements());
}

/**
 * The engine that a choice stands for, without starting it.
 * @throws AppError `unsupported` where it is not present
 */
export async function requireEngine(
  choice: EngineName | 'auto',
): Promise<EnginePresent & { readonly name: EngineName }> {
  const name = await resolveEngine(choice);
  const found = await providerOf(name).detect();
  if (found.present) return { ...found, name };
  throw new AppError('unsupported', `Engine "${name}": ${found.reason} ${found.fix}`);
}

/** Every engine, present or not, its last measurement, and the one that `auto` takes. Call it in plain Node. */
export async function listEngines(): Promise<EngineInfo[]> {
  return describeEngines(providers, await readMeasurements());
}

export function providerOf(name: EngineName): EngineProvider {
  const provider = providers.find((each) => each.name === name);
  if (!provider) throw new Error(`no provider of engine ${name}`);
  return provider;
}

async function launch(provider: EngineProvider, { threads, reproducible }: EngineOptions): Promise<Engine> {
  try {
    return await provider.start({ threads, reproducible, onDispose: release });
  } catch (error) {
    running = null;
    throw error;
  }
}

/** One user less; true when it was the last. */
function release(): boolean {
  if (running) running.users -= 1;
  if (running && running.users > 0) return false;
  running = null;
  return true;
}
