import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const largest = 2 * 1024 * 1024;

/**
 * Appends lines to a log; at 2 MB the file is put aside as `<name>.1` and a new one begun.
 * @param echo also write to standard error (a checkout's terminal)
 */
export function openLog(file: string, echo: boolean): (source: string, text: string) => void {
  mkdirSync(dirname(file), { recursive: true });
  return (source, text) => {
    const lines = text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => `${new Date().toISOString()} ${source} ${line}\n`)
      .join('');
    if (lines === '') return;
    if (echo) process.stderr.write(lines);
    try {
      if (sizeOf(file) > largest) renameSync(file, `${file}.1`);
      appendFileSync(file, lines);
    } catch (error) {
      // A log that cannot be written (full disk) must not take the application down with it.
      if (!echo) process.stderr.write(`log: ${String(error)}\n`);
    }
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
