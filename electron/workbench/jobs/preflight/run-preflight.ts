import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { AppError } from '@shared/contract/errors';
import { connect } from '@shared/contract/peer';
import type { LaunchOptions } from '@shared/domain/experiment';
import type { PreflightNews } from '@shared/domain/preflight';
import { distFile } from '@workbench/project/paths';
import { plainEnvironment } from '../executors/environment';
import { findNode } from '../executors/node-runtime';
import { childPort } from '../process-port';
import { preflightContract } from './contract';
import { trialFolder } from './trial-folder';

/** Longer than any machine should take; what hangs (a dead network disk) is then told as such. */
const longestMs = 120_000;

/**
 * Tries a launch in a process of its own and tells how each step goes. The process is gone when this ends, however it ends.
 * @param log hears what the process prints
 * @throws AppError `invalid` with the first problem that holds the Run button, `cancelled` on the signal
 */
export async function* runPreflight(
  asked: { readonly project: string; readonly text: string; readonly launch: LaunchOptions },
  signal: AbortSignal,
  log: (text: string) => void,
): AsyncGenerator<PreflightNews, void> {
  const node = findNode();
  const child = spawn(node.path, [...node.options, distFile('preflight.cjs')], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
    env: plainEnvironment(),
    windowsHide: true,
  });
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      log(chunk.toString());
    });
  const end = new AbortController();
  let late = false;
  const isLate = () => late;
  const timer = setTimeout(() => {
    late = true;
    end.abort();
  }, longestMs);
  const cancel = () => {
    end.abort();
  };
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  try {
    yield* connect(preflightContract, childPort(child)).run({ ...asked }, end.signal);
  } catch (error) {
    if (isLate())
      throw new AppError(
        'internal',
        'The preflight took longer than two minutes and was ended. Is the disk of the project or of a dataset there?',
      );
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
    child.kill('SIGKILL');
    if (child.pid !== undefined)
      await rm(trialFolder(asked.project, child.pid), { recursive: true, force: true, maxRetries: 3 });
  }
}
