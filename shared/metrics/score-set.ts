import { sortDoubles } from './sort';

/**
 * Scores of one evaluated set, kept by class. Orientation is fixed: higher = more bona fide. A NaN score is a failure to
 * acquire (no face, unreadable frame): it is counted, and left out of every rate that needs a score.
 */
export interface ScoreSet {
  readonly bonaFide: Float64Array;
  /** Attack type (for example `print/1`) → its scores. */
  readonly attacks: ReadonlyMap<string, Float64Array>;
}

/**
 * A score set made ready for measuring: ascending, free of NaN. Made once by {@link sortScores}; every metric takes this
 * form, so a set of ten million scores is sorted a single time.
 */
export interface SortedScores {
  readonly bonaFide: Float64Array;
  readonly attacks: ReadonlyMap<string, Float64Array>;
  /** All attack types together, ascending. */
  readonly pooledAttacks: Float64Array;
  /** Failures to acquire: how many NaN scores were left out. */
  readonly failures: { readonly bonaFide: number; readonly attacks: ReadonlyMap<string, number> };
}

/** Sorts every class of a set and counts its failures to acquire. The input stays as it is. */
export function sortScores(set: ScoreSet): SortedScores {
  const attacks = new Map<string, Float64Array>();
  const failedAttacks = new Map<string, number>();
  for (const [type, scores] of set.attacks) {
    const sorted = sortedWithoutNaN(scores);
    attacks.set(type, sorted);
    failedAttacks.set(type, scores.length - sorted.length);
  }
  const bonaFide = sortedWithoutNaN(set.bonaFide);
  return {
    bonaFide,
    attacks,
    pooledAttacks: mergeAll([...attacks.values()]),
    failures: { bonaFide: set.bonaFide.length - bonaFide.length, attacks: failedAttacks },
  };
}

/** Share of samples without a score, in [0, 1]; null for an empty set. */
export function failureToAcquire(scores: SortedScores): number | null {
  let failed = scores.failures.bonaFide;
  for (const count of scores.failures.attacks.values()) failed += count;
  const all = failed + scores.bonaFide.length + scores.pooledAttacks.length;
  return all === 0 ? null : failed / all;
}

/** Columns of a score table, one entry a sample; an empty attack type means bona fide. */
export interface ScoreColumns {
  readonly scores: Float64Array;
  readonly attackTypes: readonly string[];
}

/** Splits a table into classes. Attack types are ordered by name, so that the result does not depend on the row order. */
export function scoreSetOf(columns: ScoreColumns): ScoreSet {
  const counts = new Map<string, number>();
  for (const type of columns.attackTypes) counts.set(type, (counts.get(type) ?? 0) + 1);
  const filled = new Map<string, { scores: Float64Array; next: number }>();
  for (const type of [...counts.keys()].sort())
    filled.set(type, { scores: new Float64Array(counts.get(type) ?? 0), next: 0 });
  columns.attackTypes.forEach((type, row) => {
    const target = filled.get(type);
    if (target) target.scores[target.next++] = columns.scores[row] ?? NaN;
  });
  const attacks = new Map<string, Float64Array>();
  for (const [type, { scores }] of filled) if (type !== '') attacks.set(type, scores);
  return { bonaFide: filled.get('')?.scores ?? new Float64Array(0), attacks };
}

/**
 * Joins attack types that share a name under `nameOf`. With {@link attackFamily} the two prints and two replays of
 * OULU-NPU become `print` and `replay`, the grouping used in the literature.
 */
export function groupAttackTypes(set: ScoreSet, nameOf: (type: string) => string): ScoreSet {
  const members = new Map<string, Float64Array[]>();
  for (const [type, scores] of set.attacks) {
    const name = nameOf(type);
    const list = members.get(name) ?? [];
    list.push(scores);
    members.set(name, list);
  }
  const attacks = new Map<string, Float64Array>();
  for (const [name, parts] of members) attacks.set(name, concatenate(parts));
  return { bonaFide: set.bonaFide, attacks };
}

/** The part of an attack type before its first slash: `print/1` → `print`. */
export function attackFamily(type: string): string {
  const slash = type.indexOf('/');
  return slash < 0 ? type : type.slice(0, slash);
}

/** How many values of an ascending array are below `threshold`. */
export function countBelow(ascending: Float64Array, threshold: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) < threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many values of an ascending array are at or below `threshold`. */
export function countAtOrBelow(ascending: Float64Array, threshold: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) <= threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sortedWithoutNaN(scores: Float64Array): Float64Array {
  const present = new Float64Array(scores.length);
  let count = 0;
  for (const score of scores) if (!Number.isNaN(score)) present[count++] = score;
  return sortDoubles(count === scores.length ? present : present.slice(0, count));
}

function concatenate(parts: readonly Float64Array[]): Float64Array {
  const joined = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Merges ascending arrays pairwise, so the pooled order costs no second sort. */
function mergeAll(arrays: readonly Float64Array[]): Float64Array {
  let round = [...arrays];
  while (round.length > 1) {
    const next: Float64Array[] = [];
    for (let i = 0; i < round.length; i += 2) {
      const left = round[i];
      const right = round[i + 1];
      if (left) next.push(right ? merge(left, right) : left);
    }
    round = next;
  }
  return round[0] ?? new Float64Array(0);
}

function merge(left: Float64Array, right: Float64Array): Float64Array {
  const merged = new Float64Array(left.length + right.length);
  let i = 0;
  let j = 0;
  for (let k = 0; k < merged.length; k++) {
    const fromLeft = i < left.length && (j >= right.length || (left[i] ?? 0) <= (right[j] ?? 0));
    merged[k] = (fromLeft ? left[i++] : right[j++]) ?? 0;
  }
  return merged;
}
