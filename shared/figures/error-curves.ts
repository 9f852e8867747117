import type { Axis, Mark, Series, XyFigure } from './figure';
import { detTicks, percentTicks } from './scales';
import { floorDash, seriesStyle } from './theme';

/** What every curve of a system carries. */
interface NamedCurve {
  readonly label: string;
  /** Floors (chance, LBP + logistic regression) are dotted grey. */
  readonly floor: boolean;
}

/** FAR and FRR of one system at rising thresholds, as `errorCurve` gives them. */
export interface CurveInput extends NamedCurve {
  readonly far: ArrayLike<number>;
  readonly frr: ArrayLike<number>;
  /** FAR and FRR at the evaluation's threshold; marked with a ring. */
  readonly operatingPoint: { readonly far: number; readonly frr: number } | null;
}

export interface CurveFigureOptions {
  readonly subtitle: string;
  readonly note?: string | null;
}

/** Detection error trade-off: both axes by normal deviate, square; points outside the frame are cut. */
export function detFigure(curves: readonly CurveInput[], { subtitle, note = null }: CurveFigureOptions): XyFigure {
  const low = lowestUsefulRate(curves);
  const axis = (title: string): Axis => ({
    title,
    scale: 'probit',
    min: low,
    max: 0.6,
    ticks: percentTicks(detTicks.filter((tick) => tick >= low && tick < 0.6)),
    grid: true,
  });
  return {
    kind: 'xy',
    title: 'DET',
    subtitle,
    note,
    x: axis('APCER pooled, %'),
    y: axis('BPCER, %'),
    square: true,
    series: styled(curves, ({ far, frr }) => ({ x: far, y: frr })),
    marks: [{ kind: 'diagonal' }, ...rings(curves, (point) => ({ x: point.far, y: point.frr }))],
  };
}

/** ROC: bona fide accepted against attacks accepted; `logarithmic` stretches the small false accept rates. */
export function rocFigure(
  curves: readonly CurveInput[],
  { subtitle, note = null, logarithmic = false }: CurveFigureOptions & { readonly logarithmic?: boolean },
): XyFigure {
  const x: Axis = logarithmic
    ? {
        title: 'FAR, %',
        scale: 'log',
        min: 0.001,
        max: 1,
        ticks: percentTicks([0.001, 0.01, 0.1, 1]),
        grid: true,
      }
    : { title: 'FAR, %', scale: 'linear', min: 0, max: 1, ticks: percentTicks([0, 0.25, 0.5, 0.75, 1]), grid: true };
  return {
    kind: 'xy',
    title: 'ROC',
    subtitle,
    note,
    x,
    y: {
      title: 'Bona fide accepted, %',
      scale: 'linear',
      min: 0,
      max: 1,
      ticks: percentTicks([0, 0.25, 0.5, 0.75, 1]),
      grid: true,
    },
    square: true,
    series: styled(curves, ({ far, frr }) => ({ x: far, y: Array.from(frr, (rate) => 1 - rate) })),
    marks: [
      ...(logarithmic ? [] : [{ kind: 'diagonal' } as const]),
      ...rings(curves, (point) => ({ x: point.far, y: 1 - point.frr })),
    ],
  };
}

/** Expected performance of one system at evenly spaced costs from 0 to 1; null where there is none. */
export interface ExpectedPerformanceInput extends NamedCurve {
  readonly hter: readonly (number | null)[];
}

/** EPC: HTER on the test set over the cost of accepting an attack, each threshold from the dev set. */
export function epcFigure(
  curves: readonly ExpectedPerformanceInput[],
  { subtitle, note = null }: CurveFigureOptions,
): XyFigure {
  const highest = Math.max(0.1, ...curves.flatMap(({ hter }) => hter.flatMap((rate) => rate ?? [])));
  const top = highest <= 0.5 ? 0.5 : 1;
  const ticks = (values: readonly number[]) => values.map((value) => ({ value, label: String(value) }));
  return {
    kind: 'xy',
    title: 'EPC',
    subtitle,
    note,
    x: {
      title: 'Cost of accepting an attack, α',
      scale: 'linear',
      min: 0,
      max: 1,
      ticks: ticks([0, 0.25, 0.5, 0.75, 1]),
      grid: true,
    },
    y: {
      title: 'HTER, %',
      scale: 'linear',
      min: 0,
      max: top,
      ticks: percentTicks([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1].filter((tick) => tick <= top)),
      grid: true,
    },
    square: true,
    series: styled(curves, ({ hter }) => costPoints(hter)),
    marks: [],
  };
}

/** Costs and rates of an expected performance curve, without the places where it has none. */
export function costPoints(hter: readonly (number | null)[]): { x: number[]; y: number[] } {
  const points = hter.flatMap((rate, place) => (rate === null ? [] : [{ x: place / (hter.length - 1), y: rate }]));
  return { x: points.map(({ x }) => x), y: points.map(({ y }) => y) };
}

function styled<C extends NamedCurve>(
  curves: readonly C[],
  pointsOf: (curve: C) => { x: ArrayLike<number>; y: ArrayLike<number> },
): Series[] {
  let systems = 0;
  return curves.map((curve) => ({
    label: curve.label,
    ...(curve.floor ? ({ colour: 'muted', dash: floorDash } as const) : seriesStyle(systems++)),
    width: curve.floor ? 1.5 : 2,
    opacity: 1,
    ...pointsOf(curve),
    band: null,
  }));
}

function rings(
  curves: readonly CurveInput[],
  positionOf: (point: { far: number; frr: number }) => { x: number; y: number },
): Mark[] {
  return curves.flatMap(({ operatingPoint }) =>
    operatingPoint
      ? [
          {
            kind: 'ring',
            ...positionOf(operatingPoint),
            label: 'operating point at the threshold',
            colour: 'text',
          } as const,
        ]
      : [],
  );
}

/** A frame that starts at 1 %, or lower where some curve has something to show there. */
function lowestUsefulRate(curves: readonly CurveInput[]): number {
  let lowest = 0.01;
  for (const { far, frr } of curves) {
    for (let i = 0; i < far.length; i++) {
      for (const rate of [far[i] ?? 1, frr[i] ?? 1]) if (rate > 0 && rate < lowest) lowest = rate;
    }
  }
  return lowest < 0.002 ? 0.001 : lowest < 0.01 ? 0.002 : 0.008;
}
