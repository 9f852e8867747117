import type { ScalarChunk } from '@shared/contract/channels';

/** Points of a scalar, thinned for drawing: of every block the lowest and the highest, and the smoothed value at its end. */
export interface ThinnedScalar {
  /** Points behind it. */
  readonly count: number;
  readonly last: { readonly step: number; readonly value: number } | null;
  readonly raw: Columns;
  readonly smoothed: Columns;
}

export interface Columns {
  readonly step: Float64Array;
  readonly seconds: Float64Array;
  readonly value: Float64Array;
}

interface Sample {
  readonly step: number;
  readonly seconds: number;
  readonly value: number;
}

interface Block {
  readonly low: Sample;
  readonly high: Sample;
  readonly smoothed: Sample;
}

/** A stretch of a run, in global steps. */
export interface StepRange {
  readonly from: number;
  readonly to: number;
}

const mostBlocks = 2048;
/** Points of a stretch that are drawn one by one; more of them are thinned. */
const mostPoints = 2 * mostBlocks;

/**
 * A scalar as it streams in. All points are kept; what is drawn is kept as blocks of equal length that double whenever
 * there are too many, so that an append costs what it brings, however long the run is.
 */
export class ScalarBuffer {
  private step = new Float64Array(256);
  private seconds = new Float64Array(256);
  private value = new Float64Array(256);
  private smoothed = new Float64Array(256);
  private count = 0;
  private blocks: Block[] = [];
  private blockLength = 1;
  private open: Block | null = null;
  private openCount = 0;
  private average = 0;
  private mass = 0;

  /** @param weight of the past in the smoothed line, in [0, 1) */
  constructor(private weight: number) {}

  append(chunk: ScalarChunk): void {
    if (chunk.reset) this.clear();
    const added = Math.min(chunk.step.length, chunk.value.length, chunk.seconds.length);
    this.reserve(this.count + added);
    this.step.set(chunk.step.subarray(0, added), this.count);
    this.seconds.set(chunk.seconds.subarray(0, added), this.count);
    this.value.set(chunk.value.subarray(0, added), this.count);
    const from = this.count;
    this.count += added;
    for (let i = from; i < this.count; i++) this.take(i);
  }

  smoothWith(weight: number): void {
    if (weight === this.weight) return;
    this.weight = weight;
    this.resetBlocks();
    for (let i = 0; i < this.count; i++) this.take(i);
  }

  /** What is drawn: the whole, or a stretch with a neighbour at either side, as fine as it is. */
  drawn(range: StepRange | null): ThinnedScalar {
    return range === null ? this.thinned() : this.within(range);
  }

  private within({ from, to }: StepRange): ThinnedScalar {
    const first = Math.max(0, lowerBound(this.step, this.count, from) - 1);
    const end = Math.min(this.count, lowerBound(this.step, this.count, to) + 2);
    const whole = { count: this.count, last: this.lastPoint() };
    if (end - first <= mostPoints)
      return {
        ...whole,
        raw: this.columns(first, end, this.value),
        smoothed: this.columns(first, end, this.smoothed),
      };
    const length = Math.ceil((end - first) / mostBlocks);
    const raw: number[] = [];
    const ends: number[] = [];
    for (let start = first; start < end; start += length) {
      const stop = Math.min(end, start + length);
      let low = start;
      let high = start;
      for (let i = start; i < stop; i++) {
        if ((this.value[i] ?? 0) < (this.value[low] ?? 0)) low = i;
        if ((this.value[i] ?? 0) > (this.value[high] ?? 0)) high = i;
      }
      raw.push(...(low === high ? [low] : [Math.min(low, high), Math.max(low, high)]));
      ends.push(stop - 1);
    }
    return { ...whole, raw: this.chosen(raw, this.value), smoothed: this.chosen(ends, this.smoothed) };
  }

  private columns(first: number, end: number, value: Float64Array): Columns {
    return {
      step: this.step.slice(first, end),
      seconds: this.seconds.slice(first, end),
      value: value.slice(first, end),
    };
  }

  private chosen(places: readonly number[], value: Float64Array): Columns {
    return {
      step: Float64Array.from(places, (i) => this.step[i] ?? 0),
      seconds: Float64Array.from(places, (i) => this.seconds[i] ?? 0),
      value: Float64Array.from(places, (i) => value[i] ?? NaN),
    };
  }

  private lastPoint(): ThinnedScalar['last'] {
    const end = this.count - 1;
    return this.count === 0 ? null : { step: this.step[end] ?? 0, value: this.value[end] ?? NaN };
  }

  thinned(): ThinnedScalar {
    const blocks = this.open ? [...this.blocks, this.open] : this.blocks;
    const raw: Sample[] = [];
    for (const { low, high } of blocks) {
      if (low === high) raw.push(low);
      else if (low.step <= high.step) raw.push(low, high);
      else raw.push(high, low);
    }
    return {
      count: this.count,
      last: this.lastPoint(),
      raw: columnsOf(raw),
      smoothed: columnsOf(blocks.map(({ smoothed }) => smoothed)),
    };
  }

  private clear(): void {
    this.count = 0;
    this.resetBlocks();
  }

  private resetBlocks(): void {
    this.blocks = [];
    this.blockLength = 1;
    this.open = null;
    this.openCount = 0;
    this.average = this.mass = 0;
  }

  private reserve(needed: number): void {
    if (needed <= this.step.length) return;
    const size = Math.max(needed, 2 * this.step.length);
    const grown = (old: Float64Array) => {
      const next = new Float64Array(size);
      next.set(old.subarray(0, this.count));
      return next;
    };
    this.step = grown(this.step);
    this.seconds = grown(this.seconds);
    this.value = grown(this.value);
    this.smoothed = grown(this.smoothed);
  }

  private take(index: number): void {
    const value = this.value[index] ?? NaN;
    this.smoothed[index] = this.mass > 0 ? this.average / this.mass : NaN;
    if (!Number.isFinite(value)) return;
    this.average = this.weight * this.average + (1 - this.weight) * value;
    this.mass = this.weight * this.mass + (1 - this.weight);
    const sample = { step: this.step[index] ?? 0, seconds: this.seconds[index] ?? 0, value };
    const smoothed = { ...sample, value: this.average / this.mass };
    this.smoothed[index] = smoothed.value;
    this.open = this.open
      ? {
          low: value < this.open.low.value ? sample : this.open.low,
          high: value > this.open.high.value ? sample : this.open.high,
          smoothed,
        }
      : { low: sample, high: sample, smoothed };
    this.openCount++;
    if (this.openCount < this.blockLength) return;
    this.blocks.push(this.open);
    this.open = null;
    this.openCount = 0;
    if (this.blocks.length >= mostBlocks) this.halve();
  }

  /** Two neighbouring blocks become one. */
  private halve(): void {
    const merged: Block[] = [];
    for (let i = 0; i + 1 < this.blocks.length; i += 2) {
      const [first, second] = [this.blocks[i], this.blocks[i + 1]];
      if (!first || !second) continue;
      merged.push({
        low: second.low.value < first.low.value ? second.low : first.low,
        high: second.high.value > first.high.value ? second.high : first.high,
        smoothed: second.smoothed,
      });
    }
    this.blocks = merged;
    this.blockLength *= 2;
  }
}

/** Place of the first of `count` rising steps that is not below `step`. */
function lowerBound(steps: Float64Array, count: number, step: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((steps[middle] ?? 0) < step) low = middle + 1;
    else high = middle;
  }
  return low;
}

function columnsOf(samples: readonly Sample[]): Columns {
  return {
    step: Float64Array.from(samples, ({ step }) => step),
    seconds: Float64Array.from(samples, ({ seconds }) => seconds),
    value: Float64Array.from(samples, ({ value }) => value),
  };
}
