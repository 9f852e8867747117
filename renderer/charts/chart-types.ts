/** A line over x; `place` 1–7 chooses colour and dash and stays with what the line stands for. */
export interface LineSeries {
  readonly id: string;
  readonly label: string;
  readonly place: number;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** The smoothed line, where its maker already has it (a stream that is smoothed as it comes). */
  readonly smoothed?: { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> };
  /** Points behind a thinned series. */
  readonly points?: number;
  /** The newest value, where `y` is a stretch that ends before it. */
  readonly newest?: number;
}

/** Mean ± sd of a named group. */
export interface Band {
  readonly id: string;
  readonly label: string;
  readonly x: ArrayLike<number>;
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
}

export interface ErrorCurveSeries {
  readonly id: string;
  readonly label: string;
  readonly place: number;
  /** Attacks accepted (APCER pooled), fractions. */
  readonly far: readonly number[];
  /** Bona fide rejected (BPCER), fractions. */
  readonly frr: readonly number[];
  /** HTER at evenly spaced costs of accepting an attack; null where there is none. */
  readonly epc?: readonly (number | null)[] | undefined;
  /** Drawn dotted and grey. */
  readonly floor?: boolean;
}

/** A cell of a heat table; null in the place of a cell means "not run". */
export interface HeatCell {
  readonly id: string;
  /** Fraction; the colour is its place in the declared range. */
  readonly value: number;
  readonly text: string;
  /** Beside the value, smaller: its spread. */
  readonly spread?: string;
  /** Under the value: spread and n, or a second measure. */
  readonly note?: string;
  /** Same domain: framed. */
  readonly framed?: boolean;
  readonly title?: string;
}

/** Keys of a chart: colour and dash, or a filled patch, each with its word. */
export interface LegendEntry {
  readonly id: string;
  readonly label: string;
  readonly colour: string;
  readonly dash?: readonly number[];
  readonly shape?: 'line' | 'band' | 'ring' | 'dot';
}
