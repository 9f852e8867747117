import type { JobEvent, JobSummary } from '@shared/domain/job';
import { isActive } from '../../stores/jobs';

/** `11:46` for what runs now, `33 min` or `1 h 16` for a guess. */
export function shortLeft(seconds: number, exact: boolean): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole >= 3600) return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')}`;
  if (!exact) return `${Math.max(1, Math.round(whole / 60))} min`;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** Seconds from the start to the end, or to now while it runs; null before the start. */
export function elapsedSeconds({ startedAt, endedAt, state }: JobSummary, now: number): number | null {
  if (startedAt === null) return null;
  const end = endedAt === null || isActive(state) ? now : Date.parse(endedAt);
  return Math.max(0, (end - Date.parse(startedAt)) / 1000);
}

export interface CheckpointNote {
  readonly step: number;
  readonly at: string;
  /** Epoch at whose end it was written, as `stage 1, epoch 22`; null between epochs. */
  readonly epoch: string | null;
}

/** The newest checkpoint by the job's events. */
export function lastCheckpoint(events: readonly JobEvent[]): CheckpointNote | null {
  const epochs = new Map<number, string>();
  let found: CheckpointNote | null = null;
  for (const event of events) {
    if (event.type === 'epoch') epochs.set(event.step, `stage ${event.stage}, epoch ${event.epoch}`);
    if (event.type === 'checkpoint') found = { step: event.step, at: event.at, epoch: null };
  }
  return found === null ? null : { ...found, epoch: epochs.get(found.step) ?? null };
}

/** Warnings and errors that the job has told of itself, newest first. */
export function findingsOf(events: readonly JobEvent[]): Finding[] {
  return events.filter((event): event is Finding => event.type === 'finding' && event.severity !== 'info').reverse();
}
export type Finding = Extract<JobEvent, { type: 'finding' }>;

/** CPU cores in use between two beats; null where that cannot be told. */
export function coresBetween(
  before: { time: string; cpuSeconds: number },
  after: { time: string; cpuSeconds: number },
): number | null {
  const seconds = (Date.parse(after.time) - Date.parse(before.time)) / 1000;
  const used = after.cpuSeconds - before.cpuSeconds;
  return seconds > 0 && used >= 0 ? used / seconds : null;
}
