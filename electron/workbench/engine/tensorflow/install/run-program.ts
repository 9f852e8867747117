import { type ChildProcess, spawn } from 'node:child_process';
import { AppError } from '@shared/contract/errors';
import { systemCode } from '@workbench/project/file-errors';

export interface ProgramOutcome {
  readonly code: number | null;
  /** The signal that ended it. */
  readonly ended: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly environment?: NodeJS.ProcessEnv;
  readonly folder?: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  readonly onOutput?: (text: string) => void;
}

/** What a program says is kept up to this length of its end. */
const keptOutput = 1 << 20;
/** After being asked to end, a program has so long before it is killed. */
const graceMs = 3000;

/**
 * Runs a program to its end. Stopping asks it to end first, then kills it, and returns only when it is gone.
 * @throws AppError `cancelled` when the signal aborted it; what the system says when there is no such program
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  { environment = process.env, folder, signal, timeoutMs, onOutput }: ProgramOptions = {},
): Promise<ProgramOutcome> {
  if (signal?.aborted) throw stopped();
  const child = spawn(program, [...args], {
    env: environment,
    ...(folder === undefined ? {} : { cwd: folder }),
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    // A group of its own, so that what it starts ends with it: version managers put scripts before a Python.
    detached: process.platform !== 'win32',
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk: Buffer) => {
      const text = chunk.toString();
      output[name] = (output[name] + text).slice(-keptOutput);
      onOutput?.(text);
    });
  let killing: NodeJS.Timeout | undefined;
  const end = (): void => {
    endGroup(child, 'SIGINT');
    killing ??= setTimeout(() => {
      endGroup(child, 'SIGKILL');
    }, graceMs);
  };
  signal?.addEventListener('abort', end, { once: true });
  const tooLong =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          endGroup(child, 'SIGKILL');
        }, timeoutMs);
  try {
    const [code, ended] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (...outcome) => {
        resolve(outcome);
      });
    });
    if (signal?.aborted) throw stopped();
    return { code, ended, ...output };
  } finally {
    signal?.removeEventListener('abort', end);
    clearTimeout(killing);
    clearTimeout(tooLong);
  }
}

/** Signals a program and all that it started. */
function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (process.platform === 'win32' || child.pid === undefined) child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error; // It has just ended by itself.
  }
}

function stopped(): AppError {
  return new AppError('cancelled', 'The installation was stopped; nothing of it was kept.');
}

/** The last lines of what a program said, for a message. */
export function lastLines(text: string, count = 3): string {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(-count)
    .join(' / ');
}
