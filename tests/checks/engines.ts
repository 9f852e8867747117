// Checks one engine: `engines.ts NAME STEPS`; see engines.mjs.
import * as tf from '@tensorflow/tfjs-core';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { EngineName } from '@shared/domain/engine';
import type { Engine } from '@workbench/engine/engine';
import { providerOf, startEngine } from '@workbench/engine/start';
import { type StageOutcome, trainSmall, trainStage } from '../unit/engine/parity-steps';

/** Losses of fifty steps, relative to the reference's; a software adapter makes fewer. */
const lossTolerance = 0.02;
const comparedSteps = { hardware: 50, software: 5 };
/** By how much the peak of the second half of the steps may exceed that of the first; the first tenth warms up. */
const growthTolerance = 0.02;

void main().then((code) => process.exit(code));

async function main(): Promise<number> {
  const name = EngineName.parse(process.argv[2]);
  const steps = Number(process.argv[3]);
  if (!Number.isInteger(steps) || steps < 100) throw new Error('--steps takes a whole number of at least 100');
  const found = await providerOf(name).detect();
  if (!found.present) {
    print(`${name}: skipped: ${found.reason}`);
    return 0;
  }
  print(`${name} ${found.version}, ${found.device}${found.software ? ', emulated' : ''}`);
  const compared = found.software ? comparedSteps.software : comparedSteps.hardware;
  const reference = await onEngine('wasm', true, (engine) => stagesOf(engine, compared));
  return onEngine(name, false, async (engine) => {
    const apart = compare(await stagesOf(engine, compared), reference);
    const agree = apart <= lossTolerance;
    print(`  ${compared} steps of each stage: losses within ${apart.toExponential(1)} of plain WASM's ${mark(agree)}`);
    const flat = await memoryOver(engine, steps);
    return agree && flat ? 0 : 1;
  });
}

async function onEngine<T>(name: EngineName, reproducible: boolean, work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await startEngine({ name, threads: 2, reproducible });
  try {
    return await work(engine);
  } finally {
    engine.dispose();
  }
}

async function stagesOf(engine: Engine, steps: number): Promise<StageOutcome[]> {
  return [await trainStage(engine, 1, 'residual', steps), await trainStage(engine, 2, 'mobile', steps)];
}

/** The largest difference of any step's losses, relative to the reference's largest of that name. */
function compare(actual: readonly StageOutcome[], reference: readonly StageOutcome[]): number {
  let largest = 0;
  for (const [stage, { losses }] of reference.entries()) {
    const scales = new Map<string, number>();
    for (const values of losses)
      for (const [loss, value] of Object.entries(values))
        scales.set(loss, Math.max(scales.get(loss) ?? 0, Math.abs(value)));
    for (const [step, values] of losses.entries()) {
      const got = new Map(Object.entries(actual[stage]?.losses[step] ?? {}));
      for (const [loss, value] of Object.entries(values)) {
        const apart = Math.abs((got.get(loss) ?? NaN) - value) / (scales.get(loss) ?? NaN);
        largest = apart <= largest ? largest : apart;
      }
    }
  }
  return largest;
}

/** Trains for so many steps and looks at tensors, at what the engine holds, and at the process's peak. */
async function memoryOver(engine: Engine, steps: number): Promise<boolean> {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  const before = tf.memory().numTensors;
  const samples: { tensors: number; engine: number; resident: number }[] = [];
  const warm = Math.ceil(steps / 10);
  await trainSmall(engine, steps, (step) => {
    if (step < warm || step % warm !== 0) return;
    if (typeof collect === 'function') Reflect.apply(collect, undefined, []);
    const resident = process.memoryUsage().rss;
    samples.push({ tensors: tf.memory().numTensors, engine: engine.memoryBytes(), resident });
  });
  const leaked = tf.memory().numTensors - before;
  /** From the peak of the first half of the samples to the peak of the second. */
  const growth = (of: (sample: (typeof samples)[number]) => number): number => {
    const values = samples.map(of);
    const middle = Math.ceil(values.length / 2);
    return Math.max(...values.slice(middle)) / Math.max(...values.slice(0, middle)) - 1;
  };
  const checks = [
    [`tensors from step ${warm} to ${steps}`, growth(({ tensors }) => tensors), 0],
    ['memory that the engine holds', growth(({ engine: bytes }) => bytes), growthTolerance],
    ['peak memory of the process', growth(({ resident }) => resident), growthTolerance],
  ] as const;
  for (const [what, value, tolerance] of checks)
    print(`  ${what}: ${value >= 0 ? '+' : ''}${(100 * value).toFixed(2)} % ${mark(value <= tolerance)}`);
  print(`  tensors left behind: ${leaked} ${mark(leaked === 0)}`);
  return leaked === 0 && checks.every(([, value, tolerance]) => value <= tolerance);
}

function mark(ok: boolean): string {
  return ok ? 'ok' : 'FAILED';
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
