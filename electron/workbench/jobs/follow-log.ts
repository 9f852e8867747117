import { open, stat } from 'node:fs/promises';
import { systemCode } from '@workbench/project/file-errors';
import type { JobFolder } from './job-folder';

const pollMs = 400;
/** A log is shown from here before its end; the whole lies in the file. */
const tailBytes = 512 * 1024;
/** Lines handed over at once. */
const linesAtOnce = 500;

/** A job's log: its tail, then each new line. Ends when the signal aborts. */
export async function* followLog(folder: JobFolder, signal: AbortSignal): AsyncGenerator<string[], void> {
  let position = Math.max(0, (await sizeOf(folder.logFile)) - tailBytes);
  let rest = '';
  let isFirst = true;
  let skipsPart = position > 0;
  while (!signal.aborted) {
    const size = await sizeOf(folder.logFile);
    if (size < position) position = 0; // Written anew.
    const text = size > position ? await readFrom(folder.logFile, position, size - position) : '';
    position = Math.max(position, size);
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (skipsPart && lines.length > 0) {
      lines.shift();
      skipsPart = false;
    }
    for (let first = 0; first < lines.length; first += linesAtOnce) yield lines.slice(first, first + linesAtOnce);
    if (isFirst && lines.length === 0) yield [];
    isFirst = false;
    await waitFor(pollMs, signal);
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return 0;
  }
}

async function readFrom(path: string, position: number, length: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await file.read(buffer, 0, length, position);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await file.close();
  }
}

/** Waits, or returns at once when the signal aborts. */
export async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
