import { AppError } from '@shared/contract/errors';
import type { TensorFlowVariant } from '@shared/domain/engine';
import { z } from '@shared/zod';
import { distFile } from '@workbench/project/paths';
import { tensorflowSeries } from './contents';
import { lastLines, type ProgramOutcome, runProgram } from './run-program';

const CheckOutcome = z.union([
  z.strictObject({
    passed: z.boolean(),
    largestDifference: z.number(),
    version: z.string(),
    onGpu: z.boolean(),
  }),
  z.strictObject({ problem: z.string() }),
]);
/** What `dist/tensorflow-check.cjs` prints. */
export type CheckOutcome = z.infer<typeof CheckOutcome>;

/** How a plain Node is started. */
export interface NodeCommand {
  readonly path: string;
  readonly options: readonly string[];
}

export interface PassedCheck {
  readonly passed: true;
  readonly largestDifference: number;
  readonly version: string;
}

const timeoutMs = 300_000;

/**
 * Trains one step on the installation in a process of its own and holds it to WASM's.
 * @throws AppError `unsupported` when TensorFlow cannot be loaded, crashes, computes something else, or uses no GPU where it
 *   is to; `cancelled`
 */
export async function checkInstallation(
  bindingFile: string,
  variant: TensorFlowVariant,
  node: NodeCommand,
  signal: AbortSignal,
): Promise<PassedCheck> {
  const args = [...node.options, distFile('tensorflow-check.cjs'), bindingFile];
  const ran = await runProgram(node.path, args, { signal, timeoutMs });
  const outcome = readOutcome(ran.stdout);
  if (!outcome) throw new AppError('unsupported', `${crashOf(ran)} ${advice}`);
  if ('problem' in outcome) throw new AppError('unsupported', `The self-test failed: ${outcome.problem}`);
  const { passed, largestDifference, version, onGpu } = outcome;
  if (!passed)
    throw new AppError(
      'unsupported',
      `The self-test failed: TensorFlow's training step differs from WASM's by ${largestDifference.toExponential(1)}. ${advice}`,
      { largestDifference },
    );
  if (variant === 'gpu' && !onGpu)
    throw new AppError(
      'unsupported',
      `TensorFlow runs here but finds no GPU: the driver is too old for its CUDA, or the card is. Update the driver, or take TensorFlow without --gpu. ${lastLines(ran.stderr, 2)}`,
    );
  return { passed, largestDifference, version };
}

const advice = 'Nothing was installed; train on wasm, or try another wheel with --from FILE.';

function readOutcome(stdout: string): CheckOutcome | undefined {
  const line = stdout.trim().split('\n').at(-1) ?? '';
  try {
    return CheckOutcome.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined; // It ended before it could say anything.
  }
}

/** What a process that ended without a word died of. */
function crashOf({ code, ended, stderr }: ProgramOutcome): string {
  const said = stderr.trim() === '' ? '' : ` It said: ${lastLines(stderr, 2)}`;
  switch (ended) {
    case 'SIGILL':
      return `The self-test crashed: this processor lacks instructions that TensorFlow ${tensorflowSeries} is built with (AVX).${said}`;
    case 'SIGKILL':
      return `The self-test was killed: too little memory (some 1.5 GB are needed), or it hung.${said}`;
    case null:
      return `The self-test ended with code ${String(code)} and no result.${said}`;
    default:
      return `The self-test crashed (${ended}) inside TensorFlow's libraries.${said}`;
  }
}
