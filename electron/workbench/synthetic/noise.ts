/** Lattice hash of two integers and a seed, uniform in [0, 1). */
export function latticeHash(x: number, y: number, seed: number): number {
  let h = Math.imul(x, 0x165667b1) ^ Math.imul(y, 0x27d4eb2d) ^ Math.imul(seed, 0x3c6ef372);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return ((h ^ (h >>> 15)) >>> 0) / 4294967296;
}

/** Value noise in [0, 1): hashed lattice points, joined by the cubic step. */
export function valueNoise(x: number, y: number, seed: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const fx = x - left;
  const fy = y - top;
  const u = fx * fx * (3 - 2 * fx);
  const v = fy * fy * (3 - 2 * fy);
  const a = latticeHash(left, top, seed);
  const b = latticeHash(left + 1, top, seed);
  const c = latticeHash(left, top + 1, seed);
  const d = latticeHash(left + 1, top + 1, seed);
  const upper = a + (b - a) * u;
  const lower = c + (d - c) * u;
  return upper + (lower - upper) * v;
}

/** Sum of octaves of value noise around 0, within about ±0.5; each octave has double the frequency and 0.55 of the height. */
export function fractalNoise(x: number, y: number, seed: number, octaves = 3): number {
  let sum = 0;
  let height = 0.5;
  for (let octave = 0; octave < octaves; octave++) {
    sum += height * (valueNoise(x, y, seed + octave) - 0.5);
    // A factor off 2 keeps the lattices of the octaves from lying on one another.
    x *= 2.03;
    y *= 2.03;
    height *= 0.55;
  }
  return sum;
}
