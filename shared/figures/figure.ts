/**
 * What a figure shows, apart from how it is drawn. The window hands it to Chart.js (`chart-data.ts`), files get it as SVG
 * (`svg.ts`); both draw the same numbers. Rates are fractions in [0, 1]; tick labels carry the unit that is read.
 */
export type Figure = XyFigure | HistogramFigure | HeatFigure;

interface FigureBase {
  readonly title: string;
  /** What the numbers are made of: system, source → target, n, policy. */
  readonly subtitle: string;
  /** Said under the figure, for example that the data is synthetic. */
  readonly note: string | null;
}

/** Names of colours; a theme gives them values. Colour and dash of a series go together. */
export type ColourRole =
  | 'series-1'
  | 'series-2'
  | 'series-3'
  | 'series-4'
  | 'series-5'
  | 'series-6'
  | 'series-7'
  | 'bona-fide'
  | 'attack'
  | 'muted'
  | 'text';

/** Position along an axis: as it is, its logarithm, or its normal deviate. */
export type AxisScale = 'linear' | 'log' | 'probit';

export interface Axis {
  readonly title: string;
  readonly scale: AxisScale;
  /** Ends of the frame, in data units. */
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly Tick[];
  readonly grid: boolean;
}

export interface Tick {
  readonly value: number;
  readonly label: string;
}

export interface XyFigure extends FigureBase {
  readonly kind: 'xy';
  readonly x: Axis;
  readonly y: Axis;
  /** Both axes equally long. */
  readonly square: boolean;
  readonly series: readonly Series[];
  readonly marks: readonly Mark[];
}

export interface Series {
  /** Shown in the legend; null keeps the line out of it (a raw line under its smoothed one). */
  readonly label: string | null;
  readonly colour: ColourRole;
  /** Lengths of dash and gap in px; empty for a solid line. */
  readonly dash: readonly number[];
  /** Line width in px. */
  readonly width: number;
  /** 0 invisible to 1 solid. */
  readonly opacity: number;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Mean ± spread around the line, same length as `y`. */
  readonly band: { readonly low: ArrayLike<number>; readonly high: ArrayLike<number> } | null;
}

export type Mark =
  | {
      readonly kind: 'ring';
      readonly x: number;
      readonly y: number;
      readonly label: string;
      readonly colour: ColourRole;
    }
  | { readonly kind: 'vertical'; readonly x: number; readonly label: string }
  | { readonly kind: 'diagonal' };

/** One row of bars a class over one shared score axis. */
export interface HistogramFigure extends FigureBase {
  readonly kind: 'histogram';
  readonly x: Axis;
  readonly rows: readonly HistogramRow[];
  readonly threshold: number | null;
}

export interface HistogramRow {
  readonly label: string;
  readonly total: number;
  /** How many of them the threshold decides wrongly; null without a threshold. */
  readonly wrong: number | null;
  readonly colour: ColourRole;
  /** Samples per bin over the axis; they add up to `total`. */
  readonly counts: ArrayLike<number>;
  /** Of these, decided wrongly: drawn in full colour, the rest faint. */
  readonly wrongCounts: ArrayLike<number>;
}

/** A table coloured by value, light to strong over a declared range. */
export interface HeatFigure extends FigureBase {
  readonly kind: 'heat';
  readonly corner: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly label: string; readonly cells: readonly HeatCell[] }[];
  readonly range: readonly [low: number, high: number];
  readonly rangeLabels: readonly [low: string, high: string];
  readonly frameMeaning: string;
}

export interface HeatCell {
  /** Null: not run, hatched. */
  readonly value: number | null;
  readonly text: string;
  readonly subtext: string;
  /** Source and target are one domain. */
  readonly framed: boolean;
}
