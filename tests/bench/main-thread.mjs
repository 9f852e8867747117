import { readFileSync } from 'node:fs';

/**
 * Processor time of the page's main thread in each frame of a trace that `contentTracing` wrote, in milliseconds. A frame is
 * the time from one mark `bench-frame` of the page to the next.
 * @param {string} file
 * @param {number} pid the page's process
 * @returns {number[]}
 */
export function mainThreadFrames(file, pid) {
  const { traceEvents } = JSON.parse(readFileSync(file, 'utf8'));
  const thread = traceEvents.find(
    (event) =>
      event.ph === 'M' && event.pid === pid && event.name === 'thread_name' && event.args.name === 'CrRendererMain',
  )?.tid;
  if (thread === undefined) throw new Error(`the trace has no main thread of process ${String(pid)}`);
  const own = traceEvents.filter((event) => event.pid === pid && event.tid === thread);
  const starts = own
    .filter(({ name }) => name === 'bench-frame')
    .map(({ ts }) => ts)
    .sort((a, b) => a - b);
  const tasks = own.filter(({ name, ph }) => ph === 'X' && name.endsWith('RunTask')).sort((a, b) => a.ts - b.ts);
  const frames = new Array(Math.max(0, starts.length - 1)).fill(0);
  let frame = 0;
  let end = 0;
  for (const { ts, dur = 0, tdur = 0 } of tasks) {
    if (ts < end) continue; // Inside the task before.
    end = ts + dur;
    while (frame < frames.length && ts >= starts[frame + 1]) frame++;
    if (ts >= starts[0] && frame < frames.length) frames[frame] += tdur / 1000;
  }
  return frames;
}

/** @param {readonly number[]} values @param {number} share 0–1 */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}
