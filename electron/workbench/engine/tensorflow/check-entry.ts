// dist/tensorflow-check.cjs BINDING: one training step on TensorFlow beside the same step on plain WASM, in a process of its
// own, so that libraries that do not run here end nothing else. Its last line of output is the outcome as JSON.
import { AppError } from '@shared/contract/errors';
import { compareSteps, stepValues } from '../self-test';
import { startEngine } from '../start';
import type { CheckOutcome } from './install/self-test';
import { TensorFlowEngine } from './tensorflow-engine';

void check(process.argv[2] ?? '').then((outcome) => {
  process.stdout.write(`\n${JSON.stringify(outcome)}\n`, () => process.exit('problem' in outcome ? 1 : 0));
});

async function check(bindingFile: string): Promise<CheckOutcome> {
  try {
    const reference = await startEngine({ name: 'wasm', threads: 1, reproducible: true });
    const expected = await stepValues(reference);
    reference.dispose();
    const options = { threads: 0, reproducible: false, onDispose: () => true };
    const engine = await TensorFlowEngine.start(bindingFile, { device: 'under test', isGpu: false }, options);
    const outcome = compareSteps(await stepValues(engine), expected);
    return { ...outcome, version: engine.version, onGpu: engine.onGpu };
  } catch (error) {
    if (error instanceof AppError) return { problem: error.message };
    return { problem: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
