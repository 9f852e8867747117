import type { JobEvent } from '@shared/domain/job';

export type XAxis = 'step' | 'epoch' | 'time';

/** Turns global steps into epochs counted over both stages: exact at each epoch's end, straight between. */
export interface EpochScale {
  readonly epochAt: (step: number) => number;
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

/** Steps of the newest epoch; 0 before the first has ended. */
function lastStride(epochs: readonly number[], steps: readonly number[]): number {
  const last = steps.length - 1;
  if (last < 1) return 0;
  return ((steps[last] ?? 0) - (steps[last - 1] ?? 0)) / Math.max(1, (epochs[last] ?? 0) - (epochs[last - 1] ?? 0));
}

function firstAbove(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
