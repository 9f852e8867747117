/** A direction or position in camera space (x right, y up, z towards the camera), or a linear RGB triple. */
export type Vector3 = readonly [number, number, number];

/** A 3×3 matrix, row by row. */
export type Matrix3 = readonly [number, number, number, number, number, number, number, number, number];

/** A closed interval that a parameter is drawn from. */
export type Range = readonly [number, number];

export function clamp(value: number, low = 0, high = 1): number {
  return value < low ? low : value > high ? high : value;
}

/** Linear interpolation: `a` at 0, `b` at 1. */
export function mix(a: number, b: number, amount: number): number {
  return a + (b - a) * amount;
}

export function mix3(a: Vector3, b: Vector3, amount: number): Vector3 {
  return [mix(a[0], b[0], amount), mix(a[1], b[1], amount), mix(a[2], b[2], amount)];
}

export function scale3(vector: Vector3, factor: number): Vector3 {
  return [vector[0] * factor, vector[1] * factor, vector[2] * factor];
}

/** Cubic step from 0 at `from` to 1 at `to`; `from` may be the larger one. */
export function smoothstep(from: number, to: number, value: number): number {
  const t = clamp((value - from) / (to - from));
  return t * t * (3 - 2 * t);
}

/** exp(−x²−y²): a soft spot of radius 1. */
export function spot(x: number, y: number): number {
  return Math.exp(-x * x - y * y);
}

export function dot(a: Vector3, b: Vector3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vector3, b: Vector3): Vector3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function normalise(vector: Vector3): Vector3 {
  const length = Math.sqrt(dot(vector, vector)) || 1;
  return scale3(vector, 1 / length);
}

function multiply(a: Matrix3, b: Matrix3): Matrix3 {
  const [a0, a1, a2, a3, a4, a5, a6, a7, a8] = a;
  const [b0, b1, b2, b3, b4, b5, b6, b7, b8] = b;
  return [
    a0 * b0 + a1 * b3 + a2 * b6,
    a0 * b1 + a1 * b4 + a2 * b7,
    a0 * b2 + a1 * b5 + a2 * b8,
    a3 * b0 + a4 * b3 + a5 * b6,
    a3 * b1 + a4 * b4 + a5 * b7,
    a3 * b2 + a4 * b5 + a5 * b8,
    a6 * b0 + a7 * b3 + a8 * b6,
    a6 * b1 + a7 * b4 + a8 * b7,
    a6 * b2 + a7 * b5 + a8 * b8,
  ];
}

/** Rotation of a head that first turns by `yaw`, then nods by `pitch`, then tilts by `roll` (radians). */
export function headRotation(yaw: number, pitch: number, roll: number): Matrix3 {
  const [cy, sy] = [Math.cos(yaw), Math.sin(yaw)];
  const [cp, sp] = [Math.cos(pitch), Math.sin(pitch)];
  const [cr, sr] = [Math.cos(roll), Math.sin(roll)];
  const turn: Matrix3 = [cy, 0, sy, 0, 1, 0, -sy, 0, cy];
  const nod: Matrix3 = [1, 0, 0, 0, cp, -sp, 0, sp, cp];
  const tilt: Matrix3 = [cr, -sr, 0, sr, cr, 0, 0, 0, 1];
  return multiply(multiply(tilt, nod), turn);
}

export function rotate(matrix: Matrix3, vector: Vector3): Vector3 {
  const [x, y, z] = vector;
  return [
    matrix[0] * x + matrix[1] * y + matrix[2] * z,
    matrix[3] * x + matrix[4] * y + matrix[5] * z,
    matrix[6] * x + matrix[7] * y + matrix[8] * z,
  ];
}

const COSINE_STEPS = 4096;
const cosineTable = Float32Array.from({ length: COSINE_STEPS }, (_, step) =>
  Math.cos((2 * Math.PI * step) / COSINE_STEPS),
);

/** cos(2π·turns) from a table, |error| < 0.002; grids and halftones ask for several a sub-sample. |turns| < 500,000. */
export function cosineOfTurns(turns: number): number {
  return cosineTable[(turns * COSINE_STEPS) & (COSINE_STEPS - 1)] ?? 0;
}
