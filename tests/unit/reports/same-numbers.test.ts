import { parse } from 'csv-parse/sync';
import { readSheet } from 'read-excel-file/node';
import { ReportData } from '@shared/domain/report';
import { type TableDesign, tableDesign } from '@shared/domain/table-design';
import { percent } from '@shared/tables/measures';
import { renderReport } from '@workbench/reports/export';
import { describe, expect, it } from 'vitest';
import { sampleReport } from './sample-report';

const ocim = tableDesign({
  id: 'methods',
  title: 'Methods by target',
  rows: 'systems',
  measures: ['hter'],
  columns: ['O', 'C', 'M'],
  systems: [{ system: 'pretrain-gan', label: 'Ours & co' }, { system: 'scratch' }, { system: 'LBP_logistic' }],
  heads: [],
  caption: 'HTER of 100 % synthetic domains',
  label: 'tab:ocim',
  notes: 'All thresholds from the source dev sets.',
});

function withTables(...tables: TableDesign[]): ReportData {
  return { ...sampleReport(), tables };
}

async function content(data: ReportData, format: Parameters<typeof renderReport>[1]): Promise<string | Uint8Array> {
  return (await renderReport(data, format))[0]?.content ?? '';
}

/** `19.6 ± 0.9` in any format → the numbers in it. */
const numbersIn = (text: string) => [...text.matchAll(/(?<![\d.])\d+\.\d+/g)].map(([number]) => number);

/** Mean and spread of every cell, row by row, from each of the six formats. */
const readers: Record<string, (data: ReportData, design: TableDesign) => Promise<string[][]>> = {
  async json(data) {
    const { printed = [] } = ReportData.parse(JSON.parse(String(await content(data, 'json'))));
    return (printed[0]?.rows ?? []).map(({ cells }) =>
      cells.flatMap((cell) =>
        (cell?.rates ?? []).flatMap((rate) =>
          rate ? [rate.text, ...(rate.spread === null ? [] : [rate.spread])] : [],
        ),
      ),
    );
  },
  async latex(data) {
    const body =
      String(await content(data, 'latex'))
        .split('\\midrule')[1]
        ?.split('\\bottomrule')[0] ?? '';
    return body.trim().split('\n').map(numbersIn);
  },
  async markdown(data) {
    const lines = String(await content(data, 'markdown')).split('\n');
    return lines.filter((line) => /^\| (Ours|scratch|LBP)/.test(line)).map(numbersIn);
  },
  async html(data) {
    const rows = [...String(await content(data, 'html')).matchAll(/<tr><th scope="row">.*?<\/tr>/g)].slice(0, 3);
    return rows.map(([row]) => numbersIn(row.replace(/title="[^"]*"/g, '').replace(/<[^>]+>/g, ' ')));
  },
  async csv(data, design) {
    const rows = parse<Record<string, string>>(String(await content(data, 'csv')), { columns: true });
    const labels = [...new Set(rows.map((row) => row['label'] ?? ''))];
    return labels.map((label) =>
      rows
        .filter((row) => row['label'] === label)
        .flatMap((row) =>
          design.measures.flatMap((measure) =>
            [row[measure], design.spread === 'sd' ? row[`${measure}_sd`] : '']
              .filter((value) => value !== undefined && value !== '')
              .map((value) => percent(Number(value), data.decimals)),
          ),
        ),
    );
  },
  async xlsx(data) {
    const rows = await readSheet(Buffer.from(await content(data, 'xlsx')));
    return rows
      .slice(2, 5)
      .map((row) => row.filter((cell) => typeof cell === 'number').map((value) => value.toFixed(data.decimals)));
  },
};

describe.each([
  ['mean ± sd, one measure', ocim],
  ['no spread, two measures and their decimals', tableDesign({ ...ocim, measures: ['hter', 'auc'], spread: 'none' })],
])('one table in six formats: %s', (_, design) => {
  const data = { ...withTables(design), decimals: 2 };

  it.each(Object.keys(readers))('%s holds the same numbers as the JSON report', async (format) => {
    const expected = await readers['json']?.(data, design);
    expect(expected).toHaveLength(3);
    expect(expected?.flat().length).toBeGreaterThan(3 * 4);
    expect(await readers[format]?.(data, design)).toEqual(expected);
  });
});

describe('a designed table', () => {
  it('opens as a workbook whose rates are numbers and whose words are text', async () => {
    const rows = await readSheet(Buffer.from(await content(withTables(ocim), 'xlsx')));
    expect(rows[0]?.[0]).toBe('HTER of 100 % synthetic domains');
    expect(rows[1]).toEqual(['System', '→O', '→O sd', '→C', '→C sd', '→M', '→M sd', 'Mean', 'Mean sd']);
    expect(rows[2]?.[0]).toBe('Ours & co');
    expect(rows[2]?.slice(1, 8).every((cell) => typeof cell === 'number')).toBe(true);
    expect(rows[5]?.[0]).toBe('All thresholds from the source dev sets.');
    const making = await readSheet(Buffer.from(await content(withTables(ocim), 'xlsx')), 'Making');
    const text = making.map(([cell]) => String(cell)).join('\n');
    expect(text).toMatch(/scores sha256 [0-9a-f]{64}/);
    expect(text).toMatch(/methods: Ours & co: runs 0006-pretrain-gan-R-s1/);
    expect(text).toContain('source-dev EER');
  });

  it('keeps the order, the names and the targets that were asked for, in LaTeX with its own caption and label', async () => {
    const latex = String(await content(withTables(ocim), 'latex'));
    expect(latex).toContain('System & $\\rightarrow$O & $\\rightarrow$C & $\\rightarrow$M & Mean \\\\');
    expect(latex).toContain('\\label{tab:ocim}');
    expect(latex).toContain('\\caption{HTER of 100 \\% synthetic domains}');
    expect(latex).toContain('All thresholds from the source dev sets.');
    const body = latex.split('\\midrule')[1]?.split('\\bottomrule')[0]?.trim().split('\n') ?? [];
    expect(body.map((line) => line.split(' & ')[0])).toEqual(['Ours \\& co', 'scratch', 'LBP\\_logistic']);
    expect(latex.match(/\\mathbf/g)).toHaveLength(4);
    expect(latex.match(/\\underline/g)).toHaveLength(4);
  });

  it('says of every row which runs it comes from', async () => {
    for (const format of ['latex', 'markdown'] as const) {
      const text = String(await content(withTables(ocim), format));
      expect(text).toMatch(/methods: scratch: runs 0001-scratch-R-s1 0002-scratch-R-s2/);
    }
  });

  it('counts only the runs it asks for', async () => {
    const data = withTables({ ...ocim, runs: 'within', columns: [] });
    const { printed = [] } = ReportData.parse(JSON.parse(String(await content(data, 'json'))));
    expect(printed[0]?.columns.map(({ target }) => target)).toEqual(['R', 'O', null]);
    for (const row of printed[0]?.rows ?? []) {
      const own = data.evaluations.filter((one) => one.system === row.system && one.target === 'R' && one.sameDomain);
      const mean = own.reduce((sum, { test }) => sum + (test.hter ?? NaN), 0) / own.length;
      expect(row.cells[0]?.rates[0]?.value).toBeCloseTo(mean, 12);
    }
  });

  it('ranks the highest first where higher is better', async () => {
    const data = withTables({ ...ocim, measures: ['auc'] });
    const { printed = [] } = ReportData.parse(JSON.parse(String(await content(data, 'json'))));
    for (let column = 0; column < 4; column++) {
      const rates = (printed[0]?.rows ?? []).map(({ cells }) => cells[column]?.rates[0]);
      const values = rates.map((rate) => Number(rate?.text));
      expect(rates.find((rate) => rate?.rank === 'best')?.text).toBe(Math.max(...values).toFixed(1));
    }
  });

  it('prints 95 % intervals where asked: of the mean over runs, and of its samples for a single one', async () => {
    const data = withTables({ ...ocim, spread: 'interval' });
    const { printed = [] } = ReportData.parse(JSON.parse(String(await content(data, 'json'))));
    const rates = (printed[0]?.rows ?? []).flatMap(({ cells }) =>
      cells.slice(0, 3).flatMap((cell) => cell?.rates ?? []),
    );
    expect(rates).toHaveLength(9);
    for (const rate of rates) {
      expect(rate?.interval?.[0]).toBeLessThanOrEqual(rate?.value ?? -1);
      expect(rate?.interval?.[1]).toBeGreaterThanOrEqual(rate?.value ?? 2);
    }
  });
});
