/** One value of a facet for each sample: `codes` point into `values`, −1 = the sample has none. */
export interface BreakdownFacet {
  readonly name: string;
  readonly values: readonly string[];
  readonly codes: Int32Array;
}

/** Decisions within one cell of a breakdown. Failures to acquire are counted apart. */
export interface BreakdownCell {
  /** One value a facet, in the order of the facets; null where samples have none. */
  readonly key: readonly (string | null)[];
  readonly bonaFide: CellCount;
  readonly attacks: CellCount;
  /** Bona fide rejected, in [0, 1]; null without bona fide samples or without a threshold. */
  readonly bpcer: number | null;
  /** Attacks accepted, over the cell's attacks. */
  readonly apcer: number | null;
  /** (apcer + bpcer) / 2; null unless the cell has both classes. */
  readonly hter: number | null;
}

export interface CellCount {
  readonly errors: number;
  /** Scored. */
  readonly total: number;
  /** Without a score. */
  readonly failed: number;
}

/**
 * Splits the samples of a set by the values of some facets and counts the decisions in each cell, so that the cells add up to
 * the whole: every sample is in exactly one. Cells are ordered by the facets' values as they stand, samples without a value
 * last. Cells without samples are left out.
 * @param attackType code of the attack type, −1 = bona fide; NaN scores are failures to acquire
 */
export function breakdown(
  { score, attackType }: { readonly score: Float64Array; readonly attackType: Int32Array },
  facets: readonly BreakdownFacet[],
  threshold: number | null,
): BreakdownCell[] {
  const sizes = facets.map(({ values }) => values.length + 1);
  const cells = new Map<number, { bonaFide: Tally; attacks: Tally }>();
  score.forEach((value, row) => {
    let place = 0;
    facets.forEach(({ codes, values }, index) => {
      const code = codes[row] ?? -1;
      place = place * (sizes[index] ?? 1) + (code < 0 ? values.length : code);
    });
    let cell = cells.get(place);
    if (!cell) {
      cell = { bonaFide: { errors: 0, total: 0, failed: 0 }, attacks: { errors: 0, total: 0, failed: 0 } };
      cells.set(place, cell);
    }
    const isAttack = (attackType[row] ?? -1) >= 0;
    const tally = isAttack ? cell.attacks : cell.bonaFide;
    if (Number.isNaN(value)) tally.failed++;
    else {
      tally.total++;
      if (threshold !== null && value >= threshold === isAttack) tally.errors++;
    }
  });
  return [...cells].sort(([a], [b]) => a - b).map(([place, counts]) => cellOf(keyAt(place, facets), counts, threshold));
}

interface Tally {
  errors: number;
  total: number;
  failed: number;
}

function keyAt(place: number, facets: readonly BreakdownFacet[]): (string | null)[] {
  const key: (string | null)[] = [];
  let rest = place;
  for (const { values } of [...facets].reverse()) {
    key.unshift(values[rest % (values.length + 1)] ?? null);
    rest = Math.floor(rest / (values.length + 1));
  }
  return key;
}

function cellOf(
  key: readonly (string | null)[],
  { bonaFide, attacks }: { bonaFide: Tally; attacks: Tally },
  threshold: number | null,
): BreakdownCell {
  const rate = ({ errors, total }: Tally) => (threshold === null || total === 0 ? null : errors / total);
  const [apcer, bpcer] = [rate(attacks), rate(bonaFide)];
  return { key, bonaFide, attacks, bpcer, apcer, hter: apcer === null || bpcer === null ? null : (apcer + bpcer) / 2 };
}
