import { scalarWords } from '@shared/domain/job';
import type { StepValues } from '@workbench/training/stage';

export function bytesText(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(bytes >= 1e7 ? 0 : 1)} MB`;
  return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
}

export function durationText(seconds: number): string {
  if (seconds < 1) return `${(1000 * seconds).toFixed(seconds < 0.01 ? 1 : 0)} ms`;
  if (seconds < 90) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** `Generator loss 61.2, Depth L1 0.582`. */
export function valuesText(values: StepValues): string {
  const names = Object.keys(scalarWords) as (keyof typeof scalarWords)[];
  return names
    .flatMap((name) => {
      const value = values[name];
      return value === undefined ? [] : [`${scalarWords[name].title} ${value.toPrecision(3)}`];
    })
    .join(', ');
}
