import type { ProgressView } from './progress';
import { createProgress } from './progress';

/** Where a command speaks: results to standard output, everything else to standard error. */
export interface Output {
  readonly json: boolean;
  readonly quiet: boolean;
  /** The command's result: with `--json` this one document, else `text`. */
  result(document: unknown, text: string | (() => string)): void;
  /** Something worth knowing on the way; nothing with `--quiet` or `--json`. */
  note(line: string): void;
  /** Progress bars on a terminal, plain lines elsewhere, JSON lines (to standard error) with `--json`. */
  progress(): ProgressView;
}

export function createOutput({ json, quiet }: { json: boolean; quiet: boolean }): Output {
  return {
    json,
    quiet,
    result(document, text) {
      if (json) print(JSON.stringify(document, finiteOnly));
      else {
        const words = typeof text === 'function' ? text() : text;
        if (words !== '') print(words);
      }
    },
    note(line) {
      if (!json && !quiet) print(line);
    },
    progress: () => createProgress(quiet ? 'none' : json ? 'json' : process.stdout.isTTY ? 'bars' : 'lines'),
  };
}

/** A number that does not exist is null in every document. */
function finiteOnly(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}

function print(line: string): void {
  process.stdout.write(line.endsWith('\n') ? line : `${line}\n`);
}

/** Columns side by side, the first row as head. Numbers are set right. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, Array.from(cell).length);
    });
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const blanks = ' '.repeat((widths[column] ?? 0) - Array.from(cell).length);
          return /^[-+]?[\d.]+( ±.*)?$/.test(cell) ? blanks + cell : cell + blanks;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
