import { createRandom } from '@shared/random';
import { type FeatureTable, fitLogistic, predictLogOdds } from './logistic';

const folds = 5;
const resamples = 400;
/** Fewest people of whom some can be left out, and fewest samples of a class. */
export const fewestPeople = 8;
export const fewestOfClass = 16;

/** Rows of a table, in the order given. */
export function rowsOf({ columns, data }: FeatureTable, rows: readonly number[]): FeatureTable {
  const picked = new Float64Array(rows.length * columns);
  rows.forEach((row, index) => {
    picked.set(data.subarray(row * columns, (row + 1) * columns), index * columns);
  });
  return { rows: rows.length, columns, data: picked };
}

/**
 * Log-odds of bona fide for every row from models that were fitted on other people: five folds, each with its share of people
 * who have both classes, bona fide only, and attacks only.
 * @param labels 1 bona fide, 0 attack
 * @param people whom each row shows
 * @returns null when there are too few people or samples, or a fold would lack a class
 */
export function crossValidate(
  features: FeatureTable,
  labels: ArrayLike<number>,
  people: readonly string[],
): Float64Array | null {
  const fold = foldsOfPeople(labels, people);
  if (!fold) return null;
  const scores = new Float64Array(features.rows);
  for (let held = 0; held < folds; held++) {
    const [inside, outside]: [number[], number[]] = [[], []];
    people.forEach((person, row) => (fold.get(person) === held ? outside : inside).push(row));
    const fitted = inside.map((row) => labels[row] ?? 0);
    if (outside.length === 0) continue;
    if (!fitted.includes(0) || !fitted.includes(1)) return null;
    const model = fitLogistic(rowsOf(features, inside), fitted);
    predictLogOdds(model, rowsOf(features, outside)).forEach((score, index) => {
      scores[outside[index] ?? 0] = score;
    });
  }
  return scores;
}

/** Fold of each person; null when there are too few to leave some out. */
function foldsOfPeople(labels: ArrayLike<number>, people: readonly string[]): Map<string, number> | null {
  const classes = new Map<string, Set<number>>();
  const counts = [0, 0];
  people.forEach((person, row) => {
    const label = labels[row] ?? 0;
    counts[label] = (counts[label] ?? 0) + 1;
    classes.set(person, (classes.get(person) ?? new Set()).add(label));
  });
  if (classes.size < fewestPeople || Math.min(...counts) < fewestOfClass) return null;
  const fold = new Map<string, number>();
  let next = 0;
  for (const kind of ['0,1', '0', '1']) {
    const names = [...classes].filter(([, has]) => [...has].sort().join() === kind).map(([name]) => name);
    for (const name of createRandom(`folds ${kind}`).shuffle(names.sort())) fold.set(name, next++ % folds);
  }
  return fold;
}

/** Area under the ROC with its 95 % interval, bootstrapped over people; null where a class is missing. */
export interface AucBySubject {
  readonly auc: number;
  readonly interval: readonly [number, number];
}

export function aucBySubject(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  people: readonly string[],
): AucBySubject | null {
  const order = Array.from({ length: scores.length }, (_, row) => row).sort(
    (a, b) => (scores[a] ?? 0) - (scores[b] ?? 0),
  );
  const names = [...new Set(people)].sort();
  const indexOf = new Map(names.map((name, index) => [name, index]));
  const who = Int32Array.from(people, (person) => indexOf.get(person) ?? 0);
  const weights = new Float64Array(names.length).fill(1);
  const auc = weightedAuc(order, scores, labels, who, weights);
  if (auc === null) return null;
  const random = createRandom('auc by subject');
  const drawn: number[] = [];
  for (let resample = 0; resample < resamples; resample++) {
    weights.fill(0);
    for (let draw = 0; draw < names.length; draw++) {
      const chosen = random.integer(names.length);
      weights[chosen] = (weights[chosen] ?? 0) + 1;
    }
    const value = weightedAuc(order, scores, labels, who, weights);
    if (value !== null) drawn.push(value);
  }
  drawn.sort((a, b) => a - b);
  const at = (share: number) => drawn[Math.round(share * (drawn.length - 1))] ?? auc;
  return { auc, interval: [Math.min(auc, at(0.025)), Math.max(auc, at(0.975))] };
}

/** P(bona fide > attack) + ½ P(equal) with people weighted; null when a class has no weight. */
function weightedAuc(
  order: readonly number[],
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  who: Int32Array,
  weights: Float64Array,
): number | null {
  let [wins, attacksBelow, bonaFide, attacks] = [0, 0, 0, 0];
  for (let start = 0; start < order.length;) {
    const score = scores[order[start] ?? 0];
    let [ownBonaFide, ownAttacks, end] = [0, 0, start];
    for (; end < order.length && scores[order[end] ?? 0] === score; end++) {
      const row = order[end] ?? 0;
      const weight = weights[who[row] ?? 0] ?? 0;
      if (labels[row] === 1) ownBonaFide += weight;
      else ownAttacks += weight;
    }
    wins += ownBonaFide * (attacksBelow + ownAttacks / 2);
    attacksBelow += ownAttacks;
    bonaFide += ownBonaFide;
    attacks += ownAttacks;
    start = end;
  }
  return bonaFide === 0 || attacks === 0 ? null : wins / (bonaFide * attacks);
}

/**
 * Intraclass correlation of scores within people (one-way analysis of variance, ICC(1)): 0 when samples of one person differ as
 * much as those of two, 1 when they are all alike. Null with fewer than two people or no person with two samples.
 */
export function intraclassCorrelation(scores: readonly number[], people: readonly string[]): number | null {
  const groups = new Map<string, number[]>();
  people.forEach((person, row) => {
    const own = groups.get(person);
    if (own) own.push(scores[row] ?? 0);
    else groups.set(person, [scores[row] ?? 0]);
  });
  const [count, n] = [groups.size, scores.length];
  if (count < 2 || n <= count) return null;
  const mean = scores.reduce((sum, score) => sum + score, 0) / n;
  let [between, within, squares] = [0, 0, 0];
  for (const own of groups.values()) {
    const center = own.reduce((sum, score) => sum + score, 0) / own.length;
    between += own.length * (center - mean) ** 2;
    for (const score of own) within += (score - center) ** 2;
    squares += own.length ** 2;
  }
  const [msBetween, msWithin] = [between / (count - 1), within / (n - count)];
  const size = (n - squares / n) / (count - 1);
  const all = msBetween + (size - 1) * msWithin;
  return all <= 0 ? null : Math.min(1, Math.max(0, (msBetween - msWithin) / all));
}
