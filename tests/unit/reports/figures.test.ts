import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeImage } from '@workbench/images/decode';
import { exportFigures, printedSvg, reportFigures } from '@workbench/reports/report-figures';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleMeasured } from './sample-report';

const report = sampleMeasured();
const { data } = report;
/** One evaluation, so one train → test pair. */
const few = {
  data: { ...data, evaluations: data.evaluations.slice(0, 1), curves: data.curves.slice(0, 1) },
  measured: report.measured.slice(0, 1),
};
/** Points of a length in the drawing's own px, printed 1 : 1. */
const points = (pixels: number) => (pixels * 72) / 96;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relief-figures-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('figures for print', () => {
  it('have no letter below 6 pt at one column and at two', () => {
    for (const widthMillimetres of [84, 174])
      for (const { figure } of reportFigures(report)) {
        const svg = printedSvg(figure, widthMillimetres);
        const sizes = [...svg.matchAll(/font-size="([\d.]+)"/g)].map(([, size]) => points(Number(size)));
        expect(sizes.length).toBeGreaterThan(1); // The drawing's own size, and what differs from it.
        expect(Math.min(...sizes)).toBeGreaterThanOrEqual(6);
        const [, width = '0'] = /viewBox="0 0 ([\d.]+) /.exec(svg) ?? [];
        expect(Number(width)).toBeCloseTo((widthMillimetres * 96) / 25.4, 0);
        expect(svg).toContain(`width="${String(widthMillimetres)}mm"`);
      }
  });

  it('are written as PDF with their letters inside, as PNG at 300 dots an inch, and as SVG, the same bytes each time', async () => {
    const wanted = { kinds: ['det', 'roc'] as const, formats: ['pdf', 'png', 'svg'] as const, widthMillimetres: 84 };
    const paths = await exportFigures(few, wanted, folder);
    expect(paths).toHaveLength(3 * 2);
    expect(readdirSync(folder)).toHaveLength(paths.length);
    const [pdf = '', png = '', svg = ''] = paths.map((path) => path);
    const document = readFileSync(pdf, 'latin1');
    expect(document.startsWith('%PDF-')).toBe(true);
    expect(document).toMatch(/\/MediaBox \[0 0 238\.1\d* \d+/);
    expect(document).toMatch(/\/BaseFont \/\w+\+Inter/);
    expect(document).toContain('/FontFile2');
    expect((await decodeImage(png)).width).toBe(Math.round((84 / 25.4) * 300));
    expect(readFileSync(svg, 'utf8')).toContain('BPCER, %');
    const before = paths.map((path) => readFileSync(path));
    await exportFigures(few, wanted, folder);
    expect(
      paths.map((path) => readFileSync(path).equals(before[paths.indexOf(path)] ?? Buffer.alloc(0))),
    ).not.toContain(false);
  });

  it('are refused for a report without curves', async () => {
    const without = data.curves.map((curve) => ({ ...curve, far: [], frr: [] }));
    const empty = { data: { ...data, curves: without }, measured: [] };
    await expect(
      exportFigures(empty, { kinds: ['det'], formats: ['svg'], widthMillimetres: 84 }, folder),
    ).rejects.toThrow('has nothing to draw (det)');
  });

  it('are one of each curve a pair, the scores of every evaluation with its own counts, and a matrix a system and rate', () => {
    const drawn = reportFigures(report);
    const count = (kind: string) => drawn.filter((figure) => figure.kind === kind).length;
    const pairs = new Set(data.evaluations.map(({ source, target }) => `${source.join()} ${target}`)).size;
    expect([count('det'), count('roc'), count('epc')]).toEqual([pairs, pairs, pairs]);
    expect(count('scores')).toBe(data.evaluations.length);
    expect(count('matrix')).toBe(2 * new Set(data.matrix.map(({ system }) => system)).size);
    expect(new Set(drawn.map(({ name }) => name)).size).toBe(drawn.length);
    const [first] = drawn.filter(({ kind }) => kind === 'scores');
    const [evaluation] = data.evaluations;
    if (first?.figure.kind !== 'histogram' || !evaluation) throw new Error('no histogram of the first evaluation');
    const { n, apcer, bpcer } = evaluation.test;
    const wrong = new Map(first.figure.rows.map((row) => [row.label, row.wrong]));
    expect(wrong.get('bona fide')).toBe(Math.round((bpcer ?? NaN) * n.bonaFide));
    for (const [type, total] of Object.entries(n.attacks))
      expect(wrong.get(type)).toBe(Math.round((apcer.perType[type] ?? NaN) * total));
  });

  it('draw the expected performance at each cost where the dev set has its least weighted error', () => {
    const figure = reportFigures(few).find(({ kind }) => kind === 'epc')?.figure;
    if (figure?.kind !== 'xy') throw new Error('no curve');
    const [series] = figure.series;
    expect(Array.from(series?.x ?? [])).toEqual(Array.from({ length: 21 }, (_, place) => place / 20));
    expect(Array.from(series?.y ?? [])).toEqual(few.data.curves[0]?.epc);
  });
});
