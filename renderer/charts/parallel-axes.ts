/** An axis of parallel coordinates: a setting or a result, with a place in [0, 1] for each line; null for none. */
export interface ParallelAxis {
  readonly id: string;
  readonly title: string;
  /** 0 at the bottom. */
  readonly places: readonly (number | null)[];
  readonly ticks: readonly { readonly place: number; readonly label: string }[];
}

/** What is chosen on an axis: lines that pass between, in places. */
export interface Brush {
  readonly low: number;
  readonly high: number;
}

/**
 * Numbers are spread evenly over their range, on a logarithmic scale where they span more than a hundredfold; all else gets
 * a place for each distinct value, in the order given.
 * @param values one for each line
 */
export function parallelAxis(
  id: string,
  title: string,
  values: readonly unknown[],
  format: (value: unknown) => string,
): ParallelAxis {
  const numbers = values.filter((value) => typeof value === 'number');
  const isNumeric = numbers.length > 0 && values.every((value) => value === null || typeof value === 'number');
  if (isNumeric) {
    const low = Math.min(...numbers);
    const high = Math.max(...numbers);
    const isLog = low > 0 && high / low > 100;
    const scale = (value: number) => (isLog ? Math.log(value) : value);
    const span = scale(high) - scale(low);
    const place = (value: number) => (span === 0 ? 0.5 : (scale(value) - scale(low)) / span);
    const shown = [...new Set(numbers)].sort((a, b) => a - b);
    const ends = shown.length <= 5 ? shown : [low, high];
    return {
      id,
      title,
      places: values.map((value) => (typeof value === 'number' ? place(value) : null)),
      ticks: ends.map((value) => ({ place: place(value), label: format(value) })),
    };
  }
  const distinct = [...new Set(values.map((value) => JSON.stringify(value)))];
  const place = (value: unknown) =>
    distinct.length === 1 ? 0.5 : distinct.indexOf(JSON.stringify(value)) / (distinct.length - 1);
  return {
    id,
    title,
    places: values.map((value) => place(value)),
    ticks: distinct.slice(0, 12).map((text) => {
      const value: unknown = JSON.parse(text);
      return { place: place(value), label: format(value) };
    }),
  };
}

/** Which lines pass through all brushes. A line without a value on a brushed axis does not. */
export function brushed(axes: readonly ParallelAxis[], brushes: ReadonlyMap<string, Brush>, count: number): boolean[] {
  return Array.from({ length: count }, (_, line) =>
    axes.every(({ id, places }) => {
      const brush = brushes.get(id);
      if (!brush) return true;
      const place = places[line];
      return place !== null && place !== undefined && place >= brush.low - 1e-9 && place <= brush.high + 1e-9;
    }),
  );
}
