import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReportData, ReportFormat, Spread } from '@shared/domain/report';
import { defaultTables } from '@shared/domain/table-design';
import { renderReport } from '@workbench/reports/export';
import { escapeLatex } from '@workbench/reports/latex';
import { afterAll, describe, expect, it } from 'vitest';
import { sampleReport } from './sample-report';

const data = sampleReport();
const written = async (of: ReportData, format: ReportFormat = 'latex') =>
  String((await renderReport(of, format))[0]?.content ?? '');
const latex = await written(data);
const folder = mkdtempSync(join(tmpdir(), 'relief-latex-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Rows of a table's body, split into cells. */
function bodyRows(kind: 'matrix' | 'ablation'): string[][] {
  const table = latex.split('\\begin{table}').find((part) => part.includes(`\\label{tab:loo-synthetic-${kind}}`));
  const body = table?.split('\\midrule')[1]?.split('\\bottomrule')[0] ?? '';
  return body
    .trim()
    .split('\n')
    .map((line) =>
      line
        .replace(/\s*\\\\$/, '')
        .split(/(?<!\\)&/)
        .map((cell) => cell.trim()),
    );
}

/** `$\mathbf{19.6}{\pm}0.9_{n=2}$` → its parts. */
function printed(cell: string | undefined) {
  const match = /^\$(?:\\mathbf\{|\\underline\{)?([\d.]+)\}?(?:\{\\pm\}([\d.]+))?(?:_\{n=(\d+)\})?\$$/.exec(cell ?? '');
  return match ? { mean: match[1], sd: match[2] ?? null, n: match[3] ?? null } : null;
}

const percent = (value: number) => (value * 100).toFixed(1);
const expected = (spread: Spread | null) =>
  spread === null ? null : { mean: percent(spread.mean), sd: spread.sd === null ? null : percent(spread.sd) };

describe('latex', () => {
  it('prints the numbers of the JSON report, cell by cell', async () => {
    const json = JSON.parse(await written(data, 'json')) as typeof data;
    const matrix = bodyRows('matrix');
    expect(matrix).toHaveLength(json.matrix.length);
    let compared = 0;
    json.matrix.forEach((row, index) => {
      row.cells.forEach((cell, column) => {
        for (const [offset, rate] of [cell.hter, cell.acer].entries()) {
          expect(printed(matrix[index]?.[3 + column * 2 + offset])).toMatchObject(expected(rate) ?? {});
          compared++;
        }
      });
    });
    const ablation = bodyRows('ablation');
    json.ablation.forEach((row, index) => {
      const cells = [...row.cells, { hter: row.meanHter, acer: row.meanAcer }];
      cells.forEach((cell, column) => {
        for (const [offset, rate] of [cell.hter, cell.acer].entries()) {
          expect(printed(ablation[index]?.[3 + column * 2 + offset])).toMatchObject(expected(rate) ?? {});
          compared++;
        }
      });
    });
    expect(compared).toBe(6 * 8 + 3 * 10);
  });

  it('is balanced: environments close, every row has the declared columns', () => {
    const stack: string[] = [];
    for (const [, verb, name = ''] of latex.matchAll(/\\(begin|end)\{(\w+)\}/g)) {
      if (verb === 'begin') stack.push(name);
      else expect(stack.pop()).toBe(name);
    }
    expect(stack).toEqual([]);
    for (const table of latex.split('\\begin{tabular}').slice(1)) {
      const columns = /^\{([lr]+)\}/.exec(table)?.[1]?.length ?? 0;
      const rows = table
        .split('\\end{tabular}')[0]
        ?.split('\n')
        .filter((line) => line.endsWith('\\\\'));
      expect(rows?.length).toBeGreaterThan(3);
      for (const row of rows ?? []) {
        const spans = [...row.matchAll(/\\multicolumn\{(\d)\}/g)].reduce((sum, match) => sum + Number(match[1]) - 1, 0);
        expect(row.split(/(?<!\\)&/).length + spans, row).toBe(columns);
      }
    }
    const withoutComments = latex.replace(/^%.*$/gm, '');
    expect(count(withoutComments, /(?<!\\)\{/g)).toBe(count(withoutComments, /(?<!\\)\}/g));
    expect(count(withoutComments, /(?<!\\)\$/g) % 2).toBe(0);
  });

  it('says in comments and caption how the numbers are made', () => {
    for (const said of [
      '% threshold: source-dev EER, rates on the test set, frame level, classifier score, last epoch',
      '% rates in %; ablation: mean ± sample sd, n = 1 to 6 runs; matrix: mean ± sample sd, n = 1 to 3 seeds',
      '% Synthetic data: says that the software works, not that a detector does.',
      '% Reconstruction: ',
      '% left out: 0099-scratch-O-s3: crashed at <step 12>',
      'over 65 score files',
    ])
      expect(latex).toContain(said);
    expect(latex).toMatch(/% scores sha256 [0-9a-f]{64} /);
    expect(latex).toMatch(/\\caption\{[^\n]*source-dev EER[^\n]*Synthetic data[^\n]*Reconstruction/);
  });

  it('marks the best and the second in each column of the ablation, and only there', async () => {
    const rows = bodyRows('ablation');
    for (let column = 3; column < 13; column++) {
      const cells = rows.map((row) => row[column] ?? '');
      const means = cells.map((cell) => Number(printed(cell)?.mean));
      const ordered = [...new Set(means)].sort((a, b) => a - b);
      cells.forEach((cell, row) => {
        expect(cell.includes('\\mathbf'), cell).toBe(means[row] === ordered[0]);
        expect(cell.includes('\\underline'), cell).toBe(means[row] === ordered[1]);
      });
    }
    expect(bodyRows('matrix').flat().join(' ')).not.toMatch(/mathbf|underline/);
    const plain = defaultTables.map((table) => ({ ...table, bold: false, underline: false }));
    expect(await written({ ...data, tables: plain })).not.toMatch(/mathbf|underline/);
  });

  it('leaves incomplete rows out of the ranking, even with the lowest number', async () => {
    const evaluations = data.evaluations
      .filter(({ system, target }) => system !== 'scratch' || target !== 'M')
      .map((one) => (one.system === 'scratch' ? { ...one, test: { ...one.test, hter: 0.001 } } : one));
    const text = await written({ ...data, evaluations });
    const line = text.split('\n').find((one) => one.startsWith('scratch (incomplete)')) ?? '';
    expect(line).toContain('$0.1');
    expect(line).toContain('& -- & --');
    expect(line).not.toMatch(/mathbf|underline/);
    expect(text.split('\n').find((one) => one.startsWith('pretrain-gan'))).toContain('\\mathbf');
  });

  it('follows decimals, spread and label', async () => {
    const tables = defaultTables.map((table) => ({ ...table, spread: 'none' as const }));
    const text = await written({ ...data, decimals: 2, label: 'tab:my', tables });
    expect(text).toMatch(/\$\d+\.\d\d\$/);
    expect(text.replace(/^%.*$/gm, '')).not.toContain('{\\pm}');
    expect(text).toContain('\\label{tab:my-matrix}');
  });

  it('escapes what LaTeX would eat and keeps comments on one line', async () => {
    expect(escapeLatex('a_b & 50 % {x}$^~\\#<→')).toBe(
      'a\\_b \\& 50 \\% \\{x\\}\\$\\textasciicircum{}\\textasciitilde{}\\textbackslash{}\\#\\textless{}$\\rightarrow$',
    );
    const text = await written({ ...data, omitted: [{ run: 'x', reason: 'broke\n\\input{/etc/passwd}' }] });
    expect(text).not.toMatch(/^\\input/m);
  });

  const hasLatex = spawnSync('pdflatex', ['--version']).status === 0;
  const hasBooktabs = hasLatex && spawnSync('kpsewhich', ['booktabs.sty']).status === 0;
  it.skipIf(!hasBooktabs)('compiles with booktabs (skipped where pdflatex is missing)', () => {
    writeFileSync(join(folder, 'tables.tex'), latex);
    writeFileSync(
      join(folder, 'paper.tex'),
      '\\documentclass{article}\\usepackage[utf8]{inputenc}\\usepackage{booktabs}\\begin{document}\\input{tables.tex}\\end{document}',
    );
    const run = spawnSync('pdflatex', ['-interaction=nonstopmode', '-halt-on-error', 'paper.tex'], { cwd: folder });
    expect(run.stdout.toString()).not.toMatch(/^!/m);
    expect(run.status).toBe(0);
    expect(readFileSync(join(folder, 'paper.pdf')).subarray(0, 4).toString()).toBe('%PDF');
  });
});

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}
