import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { attemptMarks, readScalar } from '@workbench/jobs/scalars';
import { ListedJobs, Relief, StartedJobs, tinySettings, until } from '../fixtures/relief';
import { eventsOf, pidOf } from '../unit/end-to-end/processes';

export const relief = new Relief();
export const folderOf = (id: string) => join(relief.project, 'jobs', id);
let failures = 0;

/** Lines that did not hold. */
export const failed = () => failures;

export function tell(holds: boolean, words: string): void {
  if (!holds) failures++;
  process.stdout.write(`${holds ? 'ok  ' : 'FAIL'} ${words}\n`);
}

/** Says what was not looked at, and why: it neither holds nor fails. */
export function pass(words: string): void {
  process.stdout.write(`skip ${words}\n`);
}

export async function check(what: string, work: () => Promise<string>): Promise<void> {
  const started = Date.now();
  try {
    const words = await work();
    tell(true, `${what}: ${words} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  } catch (error) {
    tell(false, `${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function hold(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

export async function start(settings: readonly string[] = epochs(20, 20)): Promise<string> {
  // A stage 1 that is there already would be reused, and there would be nothing to interrupt.
  rmSync(join(relief.project, 'stages'), { recursive: true, force: true });
  const { jobs } = await relief.json(StartedJobs, ['train', 'pretrain-gan', ...settings, '--detach']);
  const [id] = jobs;
  if (id === undefined) throw new Error('no job was started');
  return id;
}

export function epochs(stage1: number, stage2: number): string[] {
  const settings = { 'data.sources': 'O', 'data.targets': 'O', 'compute.reproducible': true };
  return tinySettings({ ...settings, 'stage1.epochs': stage1, 'stage2.epochs': stage2 });
}

export async function stateOf(id: string): Promise<string | undefined> {
  return (await relief.json(ListedJobs, ['jobs'])).jobs.find((job) => job.id === id)?.state;
}

/** Seconds until a job is in a state. */
export async function untilState(id: string, state: string, seconds = 30): Promise<number> {
  const begun = Date.now();
  await until(`${id} to be ${state}`, seconds, async () => ((await stateOf(id)) === state ? true : undefined));
  return (Date.now() - begun) / 1000;
}

/** Until the first step has been made: engine, data and networks are there by then. */
export async function untilTraining(id: string): Promise<void> {
  const curve = join(folderOf(id), 'scalars');
  await until(`${id} to train`, 60, () =>
    existsSync(curve) && readdirSync(curve).some((name) => statSync(join(curve, name)).size > 0) ? true : undefined,
  );
}

export async function resume(id: string): Promise<void> {
  const { code, stderr } = await relief.run(['resume', id, '--project', relief.project], { seconds: 240 });
  hold(code === 0, `resume ended with ${String(code)}: ${stderr}`);
}

export const messageOf = (id: string): string => {
  const states = eventsOf(folderOf(id)).flatMap((event) => (event.type === 'state' ? [event] : []));
  return states.at(-1)?.message ?? '';
};

export async function atEpoch(id: string, stage: 1 | 2, epoch: number): Promise<number> {
  await until(`epoch ${String(epoch)} of stage ${String(stage)} of ${id}`, 120, () =>
    eventsOf(folderOf(id)).some((event) => event.type === 'epoch' && event.stage === stage && event.epoch >= epoch)
      ? true
      : undefined,
  );
  return pidOf(folderOf(id)) ?? 0;
}

/** What a run leaves that must not depend on interruptions: scores, weights of the last epoch, curves. */
export function traceOf(id: string): Record<string, string> {
  const folder = folderOf(id);
  const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  const trace: Record<string, string> = {};
  for (const name of readdirSync(join(folder, 'scores'), { recursive: true, encoding: 'utf8' }))
    if (name.endsWith('.csv')) trace[name] = digest(readFileSync(join(folder, 'scores', name)));
  for (const name of readdirSync(join(folder, 'epochs')))
    trace[name] = digest(readFileSync(join(folder, 'epochs', name)));
  const marks = attemptMarks(eventsOf(folder));
  for (const name of ['generator-loss', 'discriminator-loss', 'depth-l1', 'classifier-loss', 'dev-hter'] as const) {
    const { step, value } = readScalar(join(folder, 'scalars'), name, marks);
    hold(
      step.every((one, index) => index === 0 || one > (step[index - 1] ?? 0)),
      `${id}: ${name} goes back`,
    );
    trace[name] = digest(new Uint8Array(Float64Array.from([...step, ...value]).buffer));
  }
  return trace;
}

export function sameAs(id: string, whole: Record<string, string>): void {
  const own = traceOf(id);
  const different = Object.keys({ ...whole, ...own }).filter((name) => own[name] !== whole[name]);
  hold(isDeepStrictEqual(own, whole), `${id} differs from the uninterrupted run in ${different.join(', ')}`);
}

/** The id of a job that is not in the list. */
export async function newJob(before: readonly string[]): Promise<string> {
  return until('the new job', 30, () =>
    readdirSync(join(relief.project, 'jobs')).find((name) => !before.includes(name) && !name.startsWith('.')),
  );
}
