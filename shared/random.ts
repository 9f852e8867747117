/**
 * Seeded randomness with a state that can be stored and put back, so that a resumed run draws the very numbers
 * the uninterrupted run would have drawn.
 *
 * Generator: sfc32 (Chris Doty-Humphrey, PractRand), 128 bits of state, passes PractRand beyond 2^40 bytes.
 */

/** The generator's whole state: four unsigned 32-bit words, and the second normal variate of a pair when one is held back. */
export interface RandomState {
  readonly words: readonly [number, number, number, number];
  readonly spareNormal: number | null;
}

export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter: number;
  private spareNormal: number | null;

  constructor(state: RandomState) {
    [this.a, this.b, this.c, this.counter] = state.words;
    this.spareNormal = state.spareNormal;
  }

  /** Uniform unsigned 32-bit integer. */
  uint32(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    this.c |= 0;
    return sum >>> 0;
  }

  /** Uniform in [low, high), 32 bits of resolution; [0, 1) by default. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * (this.uint32() / 4294967296);
  }

  /** Uniform integer in [0, bound). Throws when bound is not a positive integer. */
  integer(bound: number): number {
    if (!Number.isInteger(bound) || bound <= 0)
      throw new RangeError(`integer(${bound}): bound must be a positive integer`);
    return Math.floor(this.uniform() * bound);
  }

  /** Normal variate (Marsaglia polar method). */
  normal(mean = 0, standardDeviation = 1): number {
    if (this.spareNormal !== null) {
      const spare = this.spareNormal;
      this.spareNormal = null;
      return mean + standardDeviation * spare;
    }
    for (;;) {
      const u = this.uniform(-1, 1);
      const v = this.uniform(-1, 1);
      const square = u * u + v * v;
      if (square > 0 && square < 1) {
        const factor = Math.sqrt((-2 * Math.log(square)) / square);
        this.spareNormal = v * factor;
        return mean + standardDeviation * u * factor;
      }
    }
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** One element, uniformly. Throws on an empty list. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.integer(items.length)];
    if (item === undefined) throw new RangeError('pick: list holds undefined');
    return item;
  }

  /** Fisher–Yates shuffle in place; returns the same array. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = items[i];
      items[i] = items[j];
      items[j] = held;
    }
    return items;
  }

  /** A copy of the present state; `new Random(state)` continues the stream from here. */
  state(): RandomState {
    return {
      words: [this.a >>> 0, this.b >>> 0, this.c >>> 0, this.counter >>> 0],
      spareNormal: this.spareNormal,
    };
  }
}

/**
 * A generator from a seed. A string or number seed is hashed (FNV-1a, then twelve rounds are discarded), so near seeds
 * give unrelated streams; name streams by purpose: `createRandom(`${seed}/augment/${epoch}`)`.
 */
export function createRandom(seed: number | string): Random {
  const text = String(seed);
  const words: [number, number, number, number] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 1];
  for (let lane = 0; lane < 3; lane++) {
    let hash = (0x811c9dc5 ^ (lane * 0x01000193)) >>> 0;
    for (let i = 0; i < text.length; i++) {
      hash ^= text.charCodeAt(i);
      hash = Math.imul(hash, 0x01000193) >>> 0;
    }
    words[lane] = (hash ^ (words[lane] ?? 0)) >>> 0;
  }
  const random = new Random({ words, spareNormal: null });
  for (let round = 0; round < 12; round++) random.uint32();
  return random;
}
