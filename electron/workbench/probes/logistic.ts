/** A table of features `[rows, columns]`, row-major. */
export interface FeatureTable {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

export interface LogisticOptions {
  /**
   * Strength of the L2 penalty on the standardised weights: the loss is mean cross-entropy + λ/2·|w|². The intercept is
   * free.
   */
  readonly lambda: number;
  /** Gives both classes the same total weight, so that their numbers do not shift the intercept. */
  readonly balanced: boolean;
}

export const defaultLogisticOptions: LogisticOptions = { lambda: 0.02, balanced: true };

/** A fitted model: `sigmoid(intercept + Σ weights·(x − means)/deviations)` is the probability of class 1. */
export interface LogisticModel {
  readonly means: Float64Array;
  /** 1 for features that do not vary: they then count nothing. */
  readonly deviations: Float64Array;
  readonly weights: Float64Array;
  readonly intercept: number;
  /** Newton steps taken. */
  readonly steps: number;
}

/** Packs rows of equal length. @throws RangeError when they differ in length or there are none */
export function featureTable(rows: readonly Float64Array[]): FeatureTable {
  const columns = rows[0]?.length ?? 0;
  if (columns === 0) throw new RangeError('feature table without rows or columns');
  const data = new Float64Array(rows.length * columns);
  rows.forEach((row, index) => {
    if (row.length !== columns)
      throw new RangeError(`row ${index} has ${row.length} features, the first has ${columns}`);
    data.set(row, index * columns);
  });
  return { rows: rows.length, columns, data };
}

const MAXIMUM_STEPS = 100;
/** Largest component of the gradient at which the fit counts as found. */
const TOLERANCE = 1e-9;

/**
 * Logistic regression with L2 penalty on standardised features, by Newton's method with step halving (iteratively
 * reweighted least squares). No randomness; the penalised loss is strictly convex, so the answer is the one minimum.
 *
 * @param labels 1 (bona fide) or 0 (attack) a row
 * @throws RangeError when labels and rows do not match or a class is missing; Error on features that are not finite
 */
export function fitLogistic(
  features: FeatureTable,
  labels: ArrayLike<number>,
  options: Partial<LogisticOptions> = {},
): LogisticModel {
  const { lambda, balanced } = { ...defaultLogisticOptions, ...options };
  const rowWeights = weighRows(features, labels, balanced);
  const { means, deviations } = standardise(features);
  const problem: Problem = { table: scaled(features, means, deviations), labels, rowWeights, lambda };
  const size = features.columns + 1;
  let beta = new Float64Array(size);
  let loss = lossAt(problem, beta);
  for (let step = 0; step < MAXIMUM_STEPS; step++) {
    const { gradient, hessian } = derivatives(problem, beta);
    if (gradient.every((component) => Math.abs(component) < TOLERANCE)) return unpack(beta, means, deviations, step);
    const direction = solvePositive(hessian, gradient, size);
    const next = descend(problem, beta, direction, loss);
    if (!next) return unpack(beta, means, deviations, step);
    beta = next.beta;
    loss = next.loss;
  }
  return unpack(beta, means, deviations, MAXIMUM_STEPS);
}

/** Log-odds of class 1 for every row: higher is more bona fide. */
export function predictLogOdds(model: LogisticModel, features: FeatureTable): Float64Array {
  const { means, deviations, weights, intercept } = model;
  if (features.columns !== weights.length)
    throw new RangeError(`${features.columns} features for a model of ${weights.length}`);
  return Float64Array.from({ length: features.rows }, (_, row) => {
    let sum = intercept;
    for (let column = 0; column < features.columns; column++) {
      const value = features.data[row * features.columns + column] ?? 0;
      sum += ((weights[column] ?? 0) * (value - (means[column] ?? 0))) / (deviations[column] ?? 1);
    }
    return sum;
  });
}

/** Probability of class 1 for every row, (0, 1): higher is more bona fide. */
export function predict(model: LogisticModel, features: FeatureTable): Float64Array {
  return predictLogOdds(model, features).map(sigmoid);
}

export function sigmoid(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

interface Problem {
  /** Standardised features. */
  readonly table: FeatureTable;
  readonly labels: ArrayLike<number>;
  /** Sum 1. */
  readonly rowWeights: Float64Array;
  readonly lambda: number;
}

function weighRows(features: FeatureTable, labels: ArrayLike<number>, balanced: boolean): Float64Array {
  if (labels.length !== features.rows) throw new RangeError(`${labels.length} labels for ${features.rows} rows`);
  let positives = 0;
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row];
    if (label !== 0 && label !== 1) throw new RangeError(`label ${String(label)} of row ${row} is neither 0 nor 1`);
    positives += label;
  }
  const negatives = features.rows - positives;
  if (positives === 0 || negatives === 0) throw new RangeError('logistic regression needs rows of both classes');
  return Float64Array.from({ length: features.rows }, (_, row) => {
    if (!balanced) return 1 / features.rows;
    return labels[row] === 1 ? 0.5 / positives : 0.5 / negatives;
  });
}

function standardise({ rows, columns, data }: FeatureTable): { means: Float64Array; deviations: Float64Array } {
  const means = new Float64Array(columns);
  const deviations = new Float64Array(columns);
  for (let i = 0; i < data.length; i++) {
    const value = data[i] ?? 0;
    if (!Number.isFinite(value))
      throw new Error(`feature ${i % columns} of row ${Math.floor(i / columns)} is ${value}`);
    means[i % columns] = (means[i % columns] ?? 0) + value / rows;
  }
  for (let i = 0; i < data.length; i++) {
    const distance = (data[i] ?? 0) - (means[i % columns] ?? 0);
    deviations[i % columns] = (deviations[i % columns] ?? 0) + (distance * distance) / rows;
  }
  return { means, deviations: deviations.map((variance) => (variance > 1e-18 ? Math.sqrt(variance) : 1)) };
}

function scaled({ rows, columns, data }: FeatureTable, means: Float64Array, deviations: Float64Array): FeatureTable {
  const standardised = data.map((value, i) => (value - (means[i % columns] ?? 0)) / (deviations[i % columns] ?? 1));
  return { rows, columns, data: standardised };
}

/** Log-odds of a standardised row; the last coefficient is the intercept. */
function logOddsAt({ data, columns }: FeatureTable, row: number, beta: Float64Array): number {
  let sum = beta[columns] ?? 0;
  const start = row * columns;
  for (let column = 0; column < columns; column++) sum += (beta[column] ?? 0) * (data[start + column] ?? 0);
  return sum;
}

function lossAt({ table, labels, rowWeights, lambda }: Problem, beta: Float64Array): number {
  let loss = 0;
  for (let row = 0; row < table.rows; row++) {
    const logOdds = logOddsAt(table, row, beta);
    // log(1 + e^t) − y·t without overflow.
    const softplus = Math.max(0, logOdds) + Math.log1p(Math.exp(-Math.abs(logOdds)));
    loss += (rowWeights[row] ?? 0) * (softplus - (labels[row] ?? 0) * logOdds);
  }
  for (let column = 0; column < table.columns; column++) loss += 0.5 * lambda * (beta[column] ?? 0) ** 2;
  return loss;
}

/** Gradient, and the Hessian's lower triangle `[size, size]`, of the penalised loss. */
function derivatives(
  { table, labels, rowWeights, lambda }: Problem,
  beta: Float64Array,
): { gradient: Float64Array; hessian: Float64Array } {
  const { columns } = table;
  const size = columns + 1;
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  const row = new Float64Array(size).fill(1);
  for (let index = 0; index < table.rows; index++) {
    row.set(table.data.subarray(index * columns, (index + 1) * columns));
    const probability = sigmoid(logOddsAt(table, index, beta));
    const weight = rowWeights[index] ?? 0;
    const error = weight * (probability - (labels[index] ?? 0));
    const curvature = weight * probability * (1 - probability);
    for (let i = 0; i < size; i++) {
      const value = row[i] ?? 0;
      gradient[i] = (gradient[i] ?? 0) + error * value;
      const scaledValue = curvature * value;
      const start = i * size;
      for (let j = 0; j <= i; j++) hessian[start + j] = (hessian[start + j] ?? 0) + scaledValue * (row[j] ?? 0);
    }
  }
  for (let i = 0; i < columns; i++) {
    gradient[i] = (gradient[i] ?? 0) + lambda * (beta[i] ?? 0);
    hessian[i * size + i] = (hessian[i * size + i] ?? 0) + lambda;
  }
  return { gradient, hessian };
}

/** Solves `A x = b` for symmetric positive definite A given by its lower triangle, by Cholesky; A is overwritten. */
function solvePositive(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const at = (i: number, j: number) => a[i * size + j] ?? 0;
  for (let j = 0; j < size; j++) {
    let diagonal = at(j, j);
    for (let k = 0; k < j; k++) diagonal -= at(j, k) ** 2;
    // On separated data the intercept's curvature vanishes; a tiny ridge keeps the step finite.
    const root = Math.sqrt(Math.max(diagonal, 1e-12));
    a[j * size + j] = root;
    for (let i = j + 1; i < size; i++) {
      let sum = at(i, j);
      for (let k = 0; k < j; k++) sum -= at(i, k) * at(j, k);
      a[i * size + j] = sum / root;
    }
  }
  const x = Float64Array.from(b);
  for (let i = 0; i < size; i++) {
    let sum = x[i] ?? 0;
    for (let k = 0; k < i; k++) sum -= at(i, k) * (x[k] ?? 0);
    x[i] = sum / at(i, i);
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = x[i] ?? 0;
    for (let k = i + 1; k < size; k++) sum -= at(k, i) * (x[k] ?? 0);
    x[i] = sum / at(i, i);
  }
  return x;
}

/** Halves Newton's step until the loss falls; undefined when no step helps any more (the minimum, to rounding). */
function descend(
  problem: Problem,
  beta: Float64Array,
  direction: Float64Array,
  loss: number,
): { beta: Float64Array<ArrayBuffer>; loss: number } | undefined {
  for (let length = 1; length > 1e-10; length /= 2) {
    const candidate = Float64Array.from(beta, (value, i) => value - length * (direction[i] ?? 0));
    const candidateLoss = lossAt(problem, candidate);
    if (candidateLoss < loss) return { beta: candidate, loss: candidateLoss };
  }
  return undefined;
}

function unpack(beta: Float64Array, means: Float64Array, deviations: Float64Array, steps: number): LogisticModel {
  return {
    means,
    deviations,
    weights: beta.slice(0, means.length),
    intercept: beta[means.length] ?? 0,
    steps,
  };
}
