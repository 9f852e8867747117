import { chartBars, chartLines, legendLabels } from '@shared/figures/chart-data';
import { detFigure, rocFigure, type CurveInput } from '@shared/figures/error-curves';
import { learningCurveFigure, smooth } from '@shared/figures/learning-curve';
import { matrixFigure } from '@shared/figures/matrix';
import { axisPosition, compact, percentTicks, roundTicks, toAxisUnits } from '@shared/figures/scales';
import { scoreHistogramFigure } from '@shared/figures/score-histogram';
import { toSvg } from '@shared/figures/svg';
import { darkTheme, heatColour, lightTheme, seriesStyle } from '@shared/figures/theme';
import type { Figure } from '@shared/figures/figure';
import { errorCurve, probit } from '@shared/metrics/curves';
import { ratesAt } from '@shared/metrics/rates';
import { sortScores } from '@shared/metrics/score-set';
import { createRandom } from '@shared/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { example1 } from '../metrics/examples';

const random = createRandom('figures');
const drawn = (count: number, mean: number) => Float64Array.from({ length: count }, () => random.normal(mean, 0.15));
const scores = sortScores({
  bonaFide: drawn(300, 0.62),
  attacks: new Map([
    ['print', drawn(150, 0.38)],
    ['replay/<laptop & phone>', drawn(150, 0.45)],
  ]),
});

function curveInput(label: string, floor = false): CurveInput {
  const curve = errorCurve(scores, 400);
  const { far, frr } = ratesAt(scores, 0.5);
  if (!curve || far === null || frr === null) throw new Error('scores have both classes');
  return { label, far: curve.far, frr: curve.frr, floor, operatingPoint: floor ? null : { far, frr } };
}

const figures: Record<string, Figure> = {
  det: detFigure([curveInput('pretrain-gan'), curveInput('LBP & logistic', true)], {
    subtitle: 'RCM→O, 600 samples',
    note: 'Synthetic data: says that the software works, not that a detector does.',
  }),
  roc: rocFigure([curveInput('pretrain-gan')], { subtitle: 'RCM→O', logarithmic: true }),
  histogram: scoreHistogramFigure(scores, { subtitle: 'RCM→O, seed 2', threshold: 0.5 }),
  matrix: matrixFigure(
    {
      columns: ['R', 'C'],
      rows: [
        { label: 'R', cells: [{ mean: 0.179, sd: 0.01, n: 3, sameDomain: true }, null] },
        { label: 'C', cells: [{ mean: 0.318, sd: null, n: 1, sameDomain: false }] },
      ],
    },
    { subtitle: 'HTER %, n = 3 seeds' },
  ),
  learning: learningCurveFigure(
    [
      {
        label: 'dev HTER',
        x: [0, 1, 2, 3],
        y: [0.5, 0.3, NaN, 0.2],
        band: { low: [0.4, 0.2, NaN, 0.1], high: [0.6, 0.4, NaN, 0.3] },
      },
    ],
    { title: 'Dev HTER', subtitle: 'O', xTitle: 'epoch', yTitle: 'HTER, %', unit: 'percent', smoothing: 0.6 },
  ),
};

describe('svg', () => {
  it.each(Object.entries(figures))('writes %s as balanced, self-contained markup without NaN', (_, figure) => {
    for (const theme of [darkTheme, lightTheme]) {
      const svg = toSvg(figure, theme);
      expect(openElements(svg)).toEqual([]);
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
      expect(svg.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|<script|<style|xlink/);
      expect(svg).toContain(`aria-label="${figure.title}`);
    }
  });

  it('keeps text as text and escapes it', () => {
    const svg = toSvg(figures['det'] ?? fail(), lightTheme);
    expect(svg).toContain('>LBP &amp; logistic</text>');
    expect(svg).toContain('>APCER pooled, %</text>');
    expect(svg).toContain("font-family=\"Inter, system-ui, 'Segoe UI'");
    expect(toSvg(figures['histogram'] ?? fail(), lightTheme)).toContain('replay/&lt;lap');
  });

  it('says the printed width in millimetres', () => {
    expect(toSvg(figures['det'] ?? fail(), lightTheme, { widthMillimetres: 84 })).toMatch(/<svg [^>]*width="84mm"/);
  });

  it('writes the same bytes for the same figure', () => {
    expect(toSvg(figures['roc'] ?? fail(), darkTheme)).toBe(toSvg(figures['roc'] ?? fail(), darkTheme));
  });
});

describe('DET and ROC', () => {
  it('place the operating point where its rates are', () => {
    const det = figures['det'];
    if (det?.kind !== 'xy') throw new Error('xy');
    const { far, frr } = ratesAt(scores, 0.5);
    expect(det.marks).toContainEqual(expect.objectContaining({ kind: 'ring', x: far, y: frr }));
    const chart = chartLines(det, darkTheme);
    expect(chart.points[0]?.x).toBeCloseTo(probit(far ?? NaN), 12);
    expect(chart.points[0]?.y).toBeCloseTo(probit(frr ?? NaN), 12);
    expect(chart.x.ticks.labels).toContain('10');
    expect(chart.x.ticks.values[chart.x.ticks.labels.indexOf('10')]).toBeCloseTo(probit(0.1), 12);
  });

  it('dot floors in grey and leave series colours to the systems', () => {
    const det = detFigure([curveInput('floor', true), curveInput('a'), curveInput('b')], { subtitle: '' });
    expect(det.series.map(({ colour }) => colour)).toEqual(['muted', 'series-1', 'series-2']);
    expect(legendLabels(det)).toEqual(['floor', 'a', 'b']);
  });

  it('turn FRR into accepted bona fide', () => {
    const roc = figures['roc'];
    if (roc?.kind !== 'xy') throw new Error('xy');
    expect(roc.series[0]?.y[0]).toBe(1);
    expect(roc.series[0]?.x[0]).toBe(1);
    expect(chartLines(roc, lightTheme).x.min).toBeCloseTo(-3, 12);
  });

  it('open the frame to lower rates when the data reaches them', () => {
    const fine = { ...curveInput('fine'), far: [1, 0.001, 0], frr: [0, 0.001, 1] };
    expect(detFigure([fine], { subtitle: '' }).x.min).toBe(0.001);
    const coarse = { ...curveInput('coarse'), far: [1, 0.2, 0], frr: [0, 0.2, 1] };
    expect(detFigure([coarse], { subtitle: '' }).x.min).toBe(0.008);
  });
});

describe('score histogram', () => {
  it('adds up to n in every row, and its errors to those of the rates', () => {
    const figure = figures['histogram'];
    if (figure?.kind !== 'histogram') throw new Error('histogram');
    const sum = (counts: ArrayLike<number>) => Array.from(counts).reduce((all, count) => all + count, 0);
    expect(figure.rows.map(({ label }) => label)).toEqual(['bona fide', 'print', 'replay/<laptop & phone>']);
    for (const row of figure.rows) {
      expect(sum(row.counts)).toBe(row.total);
      expect(sum(row.wrongCounts)).toBe(row.wrong);
      const bars = chartBars(figure, row, darkTheme);
      expect(sum(bars.wrong) + sum(bars.right)).toBe(row.total);
    }
    const rates = ratesAt(scores, 0.5);
    expect((figure.rows[0]?.wrong ?? NaN) / (figure.rows[0]?.total ?? NaN)).toBeCloseTo(rates.bpcer ?? NaN, 12);
    expect((figure.rows[1]?.wrong ?? NaN) / (figure.rows[1]?.total ?? NaN)).toBeCloseTo(
      rates.apcer.perType['print'] ?? NaN,
      12,
    );
  });

  it('spans scores outside 0 to 1 and stands without a threshold', () => {
    const logits = sortScores({
      bonaFide: Float64Array.of(2, 5),
      attacks: new Map([['print', Float64Array.of(-4, 1)]]),
    });
    const figure = scoreHistogramFigure(logits, { subtitle: '', threshold: null });
    expect([figure.x.min, figure.x.max]).toEqual([-4, 5]);
    expect(figure.rows.every(({ wrong }) => wrong === null)).toBe(true);
    expect(scoreHistogramFigure(sortScores(example1.test), { subtitle: '', threshold: 0.55 }).x.max).toBe(1);
  });
});

describe('matrix', () => {
  it('hatches what was not run and never shows it as zero', () => {
    const figure = figures['matrix'];
    if (figure?.kind !== 'heat') throw new Error('heat');
    expect(figure.rows[0]?.cells.map(({ value, text }) => [value, text])).toEqual([
      [0.179, '17.9'],
      [null, '–'],
    ]);
    expect(figure.rows[1]?.cells[1]?.value).toBeNull();
    expect(figure.rows[1]?.cells[0]?.subtext).toBe('n = 1');
    expect(figure.rows[0]?.cells[0]?.framed).toBe(true);
  });

  it('keeps cell text readable over the whole range in both themes', () => {
    for (const theme of [darkTheme, lightTheme]) {
      for (let share = 0; share <= 1; share += 0.05) {
        const { fill, text } = heatColour(theme, share);
        expect(contrast(fill, text), `${fill} under ${text}`).toBeGreaterThanOrEqual(4.5);
      }
    }
    expect(heatColour(darkTheme, -3)).toEqual(heatColour(darkTheme, 0));
  });
});

describe('learning curve', () => {
  it('keeps the raw line beneath the smoothed one and leaves gaps as gaps', () => {
    const figure = figures['learning'];
    if (figure?.kind !== 'xy') throw new Error('xy');
    expect(figure.series.map(({ label, opacity }) => [label, opacity])).toEqual([
      [null, 0.35],
      ['dev HTER', 1],
    ]);
    expect(figure.y.min).toBe(0);
    expect(figure.y.ticks.map(({ label }) => label)).toContain('20');
  });

  it('smooths without a start-up bias and without moving a constant', () => {
    expect([...smooth([3, 3, 3], 0.9)].every((value) => Math.abs(value - 3) < 1e-12)).toBe(true);
    expect([...smooth([NaN, 2, NaN, 4], 0.5)]).toEqual([NaN, 2, 2, (2 * 0.25 + 4 * 0.5) / 0.75]);
    expect([...smooth([1, 2, 3], 0)]).toEqual([1, 2, 3]);
  });
});

describe('axes', () => {
  it('rise with their values on every scale', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('linear' as const, 'log' as const, 'probit' as const),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (scale, first, second) => {
          const axis = { title: '', scale, min: 0.01, max: 0.9, ticks: [], grid: false };
          const low = axisPosition(axis, Math.min(first, second));
          expect(axisPosition(axis, Math.max(first, second))).toBeGreaterThanOrEqual(low);
        },
      ),
    );
    expect(Number.isFinite(toAxisUnits({ scale: 'probit' }, 0))).toBe(true);
    expect(Number.isFinite(toAxisUnits({ scale: 'log' }, 0))).toBe(true);
  });

  it('choose round ticks inside the range', () => {
    expect(roundTicks(0, 1)).toEqual([0, 0.5, 1]);
    expect(roundTicks(3, 47)).toEqual([20, 40]);
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        (low, span) => {
          const ticks = roundTicks(low, low + span);
          expect(ticks.length).toBeGreaterThanOrEqual(1);
          expect(ticks.length).toBeLessThanOrEqual(6);
          for (const tick of ticks) {
            expect(tick).toBeGreaterThanOrEqual(low - span * 1e-6);
            expect(tick).toBeLessThanOrEqual(low + span * (1 + 1e-6));
          }
        },
      ),
    );
  });

  it('label shortly', () => {
    expect([0, 0.25, 12, 20_000, 1_500_000, 2e-4, -3].map(compact)).toEqual([
      '0',
      '0.25',
      '12',
      '20k',
      '1.5M',
      '2e−4',
      '−3',
    ]);
    expect(percentTicks([0.1 + 0.2]).map(({ label }) => label)).toEqual(['30']);
  });

  it('repeat colour and dash together after seven series', () => {
    expect(seriesStyle(7)).toEqual(seriesStyle(0));
    expect(new Set(Array.from({ length: 7 }, (_, index) => JSON.stringify(seriesStyle(index)))).size).toBe(7);
  });
});

function fail(): never {
  throw new Error('figure missing');
}

/** Elements opened and not closed, and closers without an opener. */
function openElements(markup: string): string[] {
  const stack: string[] = [];
  for (const [, closing, name = '', selfClosing] of markup.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (selfClosing) continue;
    if (!closing) stack.push(name);
    else if (stack.pop() !== name) return [`/${name}`];
  }
  return stack;
}

function contrast(first: string, second: string): number {
  const luminance = (hex: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
      const value = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [high = 0, low = 0] = [luminance(first), luminance(second)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}
