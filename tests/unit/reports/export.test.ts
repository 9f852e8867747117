import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { ReportData, type ReportFormat } from '@shared/domain/report';
import { exportReport, renderReport } from '@workbench/reports/export';
import { escapeMarkdown } from '@workbench/reports/markdown';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleReport } from './sample-report';

const data = sampleReport();
const text = async (format: ReportFormat, file = 0, of = data) =>
  String((await renderReport(of, format))[file]?.content ?? '');
const rowsOf = (csv: string) => parse<Record<string, string>>(csv, { columns: true });

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relief-report-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('json', () => {
  it('reads back as the same report, fractions and hashes whole, with the tables as printed', async () => {
    const { printed, ...rest } = ReportData.parse(JSON.parse(await text('json')));
    expect(rest).toEqual(data);
    expect(printed?.map(({ id, rows }) => [id, rows.length])).toEqual([
      ['ablation', 3],
      ['matrix', 6],
    ]);
    expect(await text('json')).not.toContain('NaN');
  });
});

describe('csv', () => {
  it('holds every cell of matrix and ablation as fractions with their making', async () => {
    const rows = rowsOf(await text('csv'));
    expect(rows).toHaveLength(6 * 4 + 3 * 5);
    for (const row of data.matrix) {
      for (const cell of row.cells) {
        const found = rows.find(
          (one) =>
            one['table'] === 'matrix' &&
            one['system'] === row.system &&
            one['source'] === row.source.join('+') &&
            one['target'] === cell.target,
        );
        expect(Number(found?.['hter'])).toBe(cell.hter?.mean);
        expect(Number(found?.['acer'])).toBe(cell.acer?.mean);
        expect(found?.['hter_sd']).toBe(cell.hter?.sd === null ? '' : String(cell.hter?.sd));
        expect(found?.['n']).toBe(String(cell.hter?.n));
      }
    }
    for (const row of rows) {
      expect(row['policy']).toBe('source-dev-eer');
      expect(row['level']).toBe('frame');
      expect(row['epoch']).toBe('last');
      expect(row['synthetic']).toBe('true');
      expect(row['scores_sha256']).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  it('lists each evaluation with intervals around its rates and the hashes of its files', async () => {
    const rows = rowsOf(await text('csv', 1));
    expect(rows).toHaveLength(data.evaluations.length);
    rows.forEach((row, index) => {
      const evaluation = data.evaluations[index];
      expect(Number(row['hter'])).toBe(evaluation?.test.hter);
      expect(Number(row['apcer:print/1'])).toBe(evaluation?.test.apcer.perType['print/1']);
      expect(row['n:print/1']).toBe('60');
      for (const rate of ['hter', 'acer', 'bpcer']) {
        expect(Number(row[`${rate}_low`])).toBeLessThanOrEqual(Number(row[rate]));
        expect(Number(row[`${rate}_high`])).toBeGreaterThanOrEqual(Number(row[rate]));
      }
      for (const file of evaluation?.files ?? []) expect(row['score_files']).toContain(file.sha256);
    });
  });

  it('quotes commas, quotes and line breaks', async () => {
    const odd = { ...data, matrix: data.matrix.map((row) => ({ ...row, note: 'a "b",\nc' })) };
    const rows = rowsOf(await text('csv', 0, odd));
    expect(rows.filter((row) => row['table'] === 'matrix').every((row) => row['note'] === 'a "b",\nc')).toBe(true);
  });
});

describe('markdown', () => {
  it('has a row for each system with HTER and ACER in every cell, n and policy', async () => {
    const markdown = await text('markdown');
    const lines = markdown.split('\n');
    const rows = lines.filter((line) => /^\| (scratch|pretrain-gan|LBP)/.test(line));
    expect(rows).toHaveLength(9);
    const first = data.matrix[0]?.cells[0];
    expect(rows[3]).toContain(
      `${((first?.hter?.mean ?? 0) * 100).toFixed(1)} ± ${((first?.hter?.sd ?? 0) * 100).toFixed(1)} / ${((first?.acer?.mean ?? 0) * 100).toFixed(1)} ±`,
    );
    for (const row of rows) expect(row).toContain('| source-dev EER |');
    const columns = new Set(rows.slice(3).map((row) => row.split(/(?<!\\)\|/).length));
    expect([...columns]).toEqual([lines.find((line) => line.startsWith('| System | Train'))?.split('|').length]);
    expect(rows.slice(0, 3).join('')).toContain('**');
    expect(markdown).toContain('> Synthetic data');
    expect(markdown).toContain('not the authors');
  });

  it('escapes markup in names', () => {
    expect(escapeMarkdown('a|b_c\n<i>')).toBe('a\\|b\\_c \\<i\\>');
  });
});

describe('html', async () => {
  const html = await text('html');

  it('is one file that names nothing outside itself and runs nothing', () => {
    expect(html).not.toMatch(/https?:|src=|<link|<script|url\(|@import|javascript:/i);
    expect(html).toContain("default-src 'none'");
    expect(html).toContain('prefers-color-scheme: dark');
    expect(Buffer.byteLength(html)).toBeLessThan(5e6);
  });

  it('has HTER and ACER with policy and n in every cell', () => {
    const cells = [...html.matchAll(/<td class="rate[^"]*"[^>]*>(.*?)<\/td>/g)].map((match) => match[1] ?? '');
    expect(cells).toHaveLength(6 * 4 + 3 * 5);
    for (const cell of cells) {
      expect(cell).toMatch(/HTER.*\d+\.\d.*ACER.*\d+\.\d.*source-dev EER, n = \d/);
    }
    const matrix = data.matrix[0]?.cells[1];
    expect(cells[3 * 5 + 1]).toContain(`<span>${((matrix?.hter?.mean ?? 0) * 100).toFixed(1)}</span>`);
    expect(cells[3 * 5 + 1]).toContain('120 + 120');
  });

  it('says synthetic and reconstruction, escapes text, shows what was left out', () => {
    expect(html).toContain('class="stamp warn">synthetic');
    expect(html).toContain('>reconstruction</span>');
    expect(html).toContain('<title>Two sources_&amp; four targets, 100 % synthetic</title>');
    expect(html).toContain('crashed at &lt;step 12&gt;');
  });

  it('draws DET and ROC of every train → test pair in both themes', () => {
    expect([...html.matchAll(/<svg role="img" aria-label|<svg [^>]*aria-label="DET/g)].length).toBeGreaterThanOrEqual(
      16,
    );
    expect([...html.matchAll(/aria-label="DET: R→C/g)]).toHaveLength(2);
    expect([...html.matchAll(/aria-label="ROC: O→M/g)]).toHaveLength(2);
  });

  it('hatches what was not run', async () => {
    const untested = data.evaluations.filter(({ source, target }) => !(source[0] === 'R' && target === 'M'));
    const page = await text('html', 0, { ...data, evaluations: untested });
    expect([...page.matchAll(/class="rate missing">–<small>not run/g)]).toHaveLength(3);
  });
});

describe('exportReport', () => {
  it('writes every format, tells where, and leaves nothing temporary', async () => {
    const target = join(folder, 'new', 'paper');
    const written = await exportReport(data, ['latex', 'csv', 'markdown', 'xlsx', 'json', 'html', 'json'], target);
    expect(written.map(({ path }) => path.slice(target.length + 1))).toEqual([
      'loo-synthetic.tex',
      'loo-synthetic.csv',
      'loo-synthetic-evaluations.csv',
      'loo-synthetic.md',
      'loo-synthetic.xlsx',
      'loo-synthetic.json',
      'loo-synthetic.html',
    ]);
    expect(readdirSync(target).sort()).toEqual(written.map(({ path }) => path.slice(target.length + 1)).sort());
    for (const { path, bytes } of written) expect(readFileSync(path)).toHaveLength(bytes);
  });

  it('gives the same bytes twice', async () => {
    const formats = ['html', 'xlsx', 'latex'] as const;
    const first = await exportReport(data, formats, join(folder, 'a'));
    await new Promise((resolve) => setTimeout(resolve, 2100)); // a ZIP archive counts time in steps of two seconds
    const second = await exportReport(data, formats, join(folder, 'b'));
    expect(first).toHaveLength(3);
    first.forEach(({ path }, index) => {
      expect(readFileSync(path).equals(readFileSync(second[index]?.path ?? ''))).toBe(true);
    });
  });

  it('refuses data that is no report, naming the field, and writes nothing', async () => {
    const broken = { ...data, decimals: 9 };
    await expect(exportReport(broken, ['json'], join(folder, 'c'))).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('decimals') as string,
    });
    expect(existsSync(join(folder, 'c'))).toBe(false);
  });

  it('keeps the old file when the new one cannot be written', async () => {
    const path = join(folder, 'loo-synthetic.json');
    writeFileSync(path, 'old');
    writeFileSync(join(folder, 'blocked'), '');
    await expect(exportReport(data, ['json'], join(folder, 'blocked'))).rejects.toThrow();
    expect(readFileSync(path, 'utf8')).toBe('old');
  });
});
