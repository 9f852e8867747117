import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeLevel } from '@shared/domain/scores';
import { describeThresholdPolicy } from '@shared/domain/threshold-policy';
import { z } from '@shared/zod';
import { bundleFiles, rebuildBundle, type Rebuilt } from './rebuild';

// `node rebuild.cjs` inside a reviewer bundle: makes its tables again from the score files and compares. It needs nothing but
// Node 20 and the files beside it.

const Index = z.looseObject({ report: z.string() });

async function main(): Promise<void> {
  const folder = __dirname;
  const { report } = Index.parse(JSON.parse(readFileSync(join(folder, bundleFiles.index), 'utf8')));
  const rebuilt = await rebuildBundle(folder, report);
  process.stdout.write(`${textOf(rebuilt)}\n`);
  if (rebuilt.differences.length > 0) process.exitCode = 1;
}

function textOf({ data, differences, files }: Rebuilt): string {
  const targets = [...new Set(data.matrix.flatMap(({ cells }) => cells.map(({ target }) => target)))];
  const percent = (value: number | undefined) => (value === undefined ? '-' : (100 * value).toFixed(data.decimals));
  const rows = data.matrix.map(({ system, source, cells }) => [
    system,
    source.join('+'),
    ...targets.map((target) => {
      const cell = cells.find((one) => one.target === target);
      return cell ? `${percent(cell.hter?.mean)} / ${percent(cell.acer?.mean)}` : '';
    }),
  ]);
  const table = [['system', 'trained on', ...targets.map((target) => `test ${target}`)], ...rows];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  return [
    data.title,
    `HTER / ACER in %, threshold ${describeThresholdPolicy(data.making.policy)}, ${describeLevel(data.making.level)}, ${data.making.epoch} epoch`,
    '',
    ...table.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    '',
    `${String(files)} files have the hashes they were bundled with unless named below; ${String(data.evaluations.length)} evaluations made again.`,
    differences.length === 0
      ? `Every number equals ${bundleFiles.numbers}.`
      : ['NOT as the bundle says:', ...shortened(differences).map((line) => `  ${line}`)].join('\n'),
  ].join('\n');
}

/** The first of many differences, and how many more there are. */
function shortened(differences: readonly string[]): readonly string[] {
  const more = differences.length - 50;
  return more > 0 ? [...differences.slice(0, 50), `and ${String(more)} more`] : differences;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
