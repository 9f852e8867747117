import type { JobEvent } from '@shared/domain/job';

export type XAxis = 'step' | 'epoch' | 'time';

/** Turns global steps into epochs counted over both stages: exact at each epoch's end, straight between. */
export interface EpochScale {
  readonly epochAt: (step: number) => number;
  /** The other way round. */
  readonly stepAt: (epoch: number) => number;
  /** Global step at which stage 2 begins; null while it is not known. */
  readonly stage2Step: number | null;
}

/** @param stage1Epochs epochs of stage 1 by the settings, 0 when it is off */
export function epochScale(events: readonly JobEvent[], stage1Epochs: number): EpochScale {
  const ends = new Map<number, number>([[0, 0]]);
  let stage2Step: number | null = stage1Epochs === 0 ? 0 : null;
  for (const event of events) {
    if (event.type !== 'epoch') continue;
    const epoch = event.stage === 1 ? event.epoch : stage1Epochs + event.epoch;
    ends.set(epoch, event.step);
    if (event.stage === 1 && event.epoch === stage1Epochs) stage2Step = event.step;
  }
  const points = [...ends].sort((a, b) => a[0] - b[0]);
  const epochs = points.map(([epoch]) => epoch);
  const steps = points.map(([, step]) => step);
  const perEpoch = lastStride(epochs, steps);
  return {
    stage2Step,
    stepAt: (epoch) => {
      const last = epochs.length - 1;
      const lastEpoch = epochs[last] ?? 0;
      if (epoch >= lastEpoch) return (steps[last] ?? 0) + (epoch - lastEpoch) * perEpoch;
      return interpolate(epochs, steps, Math.max(0, epoch));
    },
    epochAt: (step) => {
      const last = steps.length - 1;
      const lastStep = steps[last] ?? 0;
      if (step >= lastStep) return (epochs[last] ?? 0) + (perEpoch > 0 ? (step - lastStep) / perEpoch : 0);
      const upper = firstAbove(steps, step);
      const low = steps[upper - 1] ?? 0;
      const high = steps[upper] ?? low + 1;
      const from = epochs[upper - 1] ?? 0;
      const to = epochs[upper] ?? from;
      return high === low ? from : from + ((step - low) / (high - low)) * (to - from);
    },
  };
}

/** Where an axis puts a step, and which step a place on it is. */
export interface AxisMapping {
  readonly toX: (step: number) => number;
  readonly toStep: (x: number) => number;
}

/** @param timeline steps of the run with their seconds, rising */
export function axisMapping(
  axis: XAxis,
  scale: EpochScale,
  timeline: { readonly step: ArrayLike<number>; readonly seconds: ArrayLike<number> },
): AxisMapping {
  if (axis === 'step') return { toX: (step) => step, toStep: (x) => x };
  if (axis === 'epoch') return { toX: scale.epochAt, toStep: scale.stepAt };
  return {
    toX: (step) => interpolate(timeline.step, timeline.seconds, step) / 60,
    toStep: (x) => interpolate(timeline.seconds, timeline.step, 60 * x),
  };
}

/** Straight between neighbours of rising `from`; the ends outside. */
function interpolate(from: ArrayLike<number>, to: ArrayLike<number>, value: number): number {
  const last = from.length - 1;
  if (last < 0) return 0;
  if (value <= (from[0] ?? 0)) return to[0] ?? 0;
  if (value >= (from[last] ?? 0)) return to[last] ?? 0;
  const upper = firstAbove(from, value);
  const [low, high] = [from[upper - 1] ?? 0, from[upper] ?? 0];
  const share = high === low ? 0 : (value - low) / (high - low);
  return (to[upper - 1] ?? 0) + share * ((to[upper] ?? 0) - (to[upper - 1] ?? 0));
}

/** Steps of the newest epoch; 0 before the first has ended. */
function lastStride(epochs: readonly number[], steps: readonly number[]): number {
  const last = steps.length - 1;
  if (last < 1) return 0;
  return ((steps[last] ?? 0) - (steps[last - 1] ?? 0)) / Math.max(1, (epochs[last] ?? 0) - (epochs[last - 1] ?? 0));
}

function firstAbove(ascending: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
