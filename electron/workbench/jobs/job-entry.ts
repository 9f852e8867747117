// The process of one job: `node dist/job.cjs <project folder> <job id>`. Started by the queue, by hand, or by a batch system.
import { rmSync, writeFileSync } from 'node:fs';
import { hostname, setPriority } from 'node:os';
import { AppError } from '@shared/contract/errors';
import type { Job, JobEvent } from '@shared/domain/job';
import type { SlurmSubmission } from '@shared/domain/slurm';
import { systemCode } from '@workbench/project/file-errors';
import { fateOf, ownIdentity } from '@workbench/project/process-identity';
import { openProject, type Project } from '@workbench/project/project';
import { startBeat } from './beat';
import { runCheckJob } from './check-job';
import { EventWriter } from './event-writer';
import { ownTask, refusalOf, requeueOwn } from './executors/slurm/inside';
import { writeFirstBeat } from './first-beat';
import type { JobContext, Outcome } from './job-context';
import { type JobFolder, jobFolder } from './job-folder';
import { runPrepareJob } from './prepare-job';
import { advanceQueue } from './queue';
import { freeSlots, handSlotsTo, holdsSlots, needOf, takeSlots } from './slots';
import { countAttempts, hasEnded, isActive, lastState, presentState } from './summary';
import { runTrainJob } from './train-job';
import { Wishes } from './wishes';

/** Enough for the last lines of a log and a state. */
const reserveBytes = 64 * 1024;

void main(process.argv.slice(2)).then((code) => {
  process.exit(code);
});

async function main(args: readonly string[]): Promise<number> {
  const [projectFolder, jobId] = args;
  if (projectFolder === undefined || jobId === undefined) {
    process.stderr.write('usage: node job.cjs PROJECT JOB\n');
    return 2;
  }
  beKindToTheWindow();
  try {
    // The job writes only what is its own; the lease stays with the window or command that has the project open.
    const project = await openProject(projectFolder, { role: 'job' });
    const folder = jobFolder(project, jobId);
    const task = ownTask();
    if (task) return await runInSlurm(project, folder, task);
    await refuseSecondRun(folder, jobId);
    await holdSlots(project, folder, jobId);
    const { code } = await attempt(project, folder, await folder.job());
    freeSlots(project.folder, jobId);
    await advanceQueue(project);
    return code;
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`);
    return error instanceof AppError && error.code === 'conflict' ? 2 : 1;
  }
}

/**
 * One attempt as a task of Slurm's: the node is Slurm's to share out, so no slots are taken and no other job is started. A
 * run that has to leave early says that it waits; whether it does is Slurm's word from then on.
 */
async function runInSlurm(project: Project, folder: JobFolder, task: { readonly id: string }): Promise<number> {
  const events = await folder.events();
  const submission = folder.submission();
  const last = lastState(events);
  const refusal = refusalOf(task, submission, last !== undefined && hasEnded(last.state));
  if (refusal !== undefined) {
    process.stderr.write(`${refusal}\n`);
    return 0;
  }
  await writeFirstBeat(folder, countAttempts(events) + 1, ownIdentity());
  await folder.appendState('starting', `In Slurm as ${task.id} on ${hostname()}.`);
  const { code, again } = await attempt(project, folder, await folder.job(), submission);
  if (again) await requeueOrStop(folder, task);
  // Stopped as wished is no failure in Slurm's books.
  return code === 3 ? 0 : code;
}

async function requeueOrStop(folder: JobFolder, task: { readonly id: string }): Promise<void> {
  try {
    await requeueOwn(task);
  } catch (error) {
    await folder.appendState('stopped', `Saved before the time limit. ${messageOf(error)} Resume hands it over anew.`);
  }
}

/** How an attempt ended: its exit code, and whether it is to wait in Slurm again. */
interface Ended {
  readonly code: number;
  readonly again: boolean;
}

/** One attempt from its first event to its last. */
async function attempt(project: Project, folder: JobFolder, job: Job, submission?: SlurmSubmission): Promise<Ended> {
  const number = countAttempts(await folder.events()) + 1;
  await folder.removeLeftovers();
  const beat = startBeat(folder.beatFile, number);
  const events = new EventWriter(folder.path);
  writeReserve(folder.reserveFile);
  const log = (line: string) => process.stdout.write(`${new Date().toISOString()} ${line}\n`);
  const wishes = new Wishes(folder, () => {
    events.state('stopping');
    log('stop requested');
  });
  log(`attempt ${number} of ${job.id}, pid ${process.pid}, Node ${process.versions.node}`);
  const context: JobContext = {
    project,
    job,
    folder,
    attempt: number,
    events,
    beat,
    wishes,
    log,
    progress(progress) {
      beat.report({ progress, engineBytes: null, tensors: null });
    },
  };
  let code: number;
  let again = false;
  try {
    const outcome = await runKind(context);
    await beat.end();
    const left = outcome.state === 'stopped' ? await leavesEarly(context, submission) : undefined;
    again = left?.requeue === true;
    if (left?.waits === true) events.state('queued', left.message);
    else events.state(outcome.state, outcome.state === 'stopped' ? (left?.message ?? outcome.message) : null);
    log(left?.message ?? outcome.state);
    code = outcome.state === 'done' ? 0 : 3;
  } catch (error) {
    rmSync(folder.reserveFile, { force: true }); // The disk may be full: this makes room for the end.
    await beat.end();
    events.state('failed', `${messageOf(error)}${adviceFor(error)}`);
    log(`failed: ${describe(error)}`);
    code = 1;
  } finally {
    wishes.end();
    events.close();
    rmSync(folder.reserveFile, { force: true });
  }
  if (code === 3) await folder.clearRequest();
  return { code, again };
}

/** What becomes of a run that Slurm made save and stop; undefined for one that a person stopped. */
async function leavesEarly(
  { folder, wishes }: JobContext,
  submission: SlurmSubmission | undefined,
): Promise<{ readonly waits: boolean; readonly requeue: boolean; readonly message: string } | undefined> {
  if (!submission?.requeue || wishes.cause === undefined || wishes.cause === 'request') return undefined;
  if (wishes.cause === 'signal')
    return { waits: true, requeue: false, message: 'Saved: Slurm takes it off the node, and starts it again.' };
  if (!hasGoneOn(await folder.events()))
    return {
      waits: false,
      requeue: false,
      message: 'The time limit leaves no time for a single step: give the run a longer one, then resume.',
    };
  return { waits: true, requeue: true, message: 'Saved before the time limit; it waits in Slurm again and goes on.' };
}

/** Whether the last attempt has come further than it began. */
function hasGoneOn(events: readonly JobEvent[]): boolean {
  let from = 0;
  let reached = 0;
  for (const event of events) {
    if (event.type === 'attempt') from = reached = event.fromStep;
    if (event.type === 'checkpoint') reached = Math.max(reached, event.step);
  }
  return reached > from;
}

function runKind(context: JobContext): Promise<Outcome> {
  const { job } = context;
  switch (job.kind) {
    case 'prepare':
      return runPrepareJob({ ...context, job });
    case 'train':
      return runTrainJob({ ...context, job });
    case 'check':
      return runCheckJob({ ...context, job });
  }
}

/** Two processes on one folder would tear each other's files. */
async function refuseSecondRun(folder: JobFolder, id: string): Promise<void> {
  const beat = folder.beat();
  // Until this process has beaten once, the one that started it stands in its place.
  if (!beat || beat.pid === process.pid || beat.pid === process.ppid) return;
  if (fateOf(beat) === 'alive' && isActive(presentState(lastState(await folder.events()), beat).state))
    throw new AppError('conflict', `${id} is being run by process ${beat.pid} on ${beat.host}.`);
}

/** The queue has taken slots in this job's name; a job started by hand takes what it needs, where that is free. */
async function holdSlots(project: Project, folder: JobFolder, id: string): Promise<void> {
  if (!holdsSlots(project.folder, id)) takeSlots(needOf(await folder.config()), project.folder, id);
  await handSlotsTo(project.folder, id, ownIdentity());
}

function writeReserve(path: string): void {
  try {
    writeFileSync(path, Buffer.alloc(reserveBytes, 1));
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    process.stderr.write(`no reserve on the disk: ${String(systemCode(error))}\n`);
  }
}

/** Beside an open window a job yields: training takes every core that nobody else wants. */
function beKindToTheWindow(): void {
  const niceness = Number(process.env['RELIEF_JOB_NICE'] ?? '0');
  if (!(niceness > 0)) return;
  try {
    setPriority(niceness);
  } catch {
    return; // Not allowed here: it only runs less kindly.
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a person does about an end that they can mend. */
function adviceFor(error: unknown): string {
  const code = error instanceof AppError ? error.code : undefined;
  if (code === 'no-space') return ' Make room, then resume: it goes on from the last checkpoint.';
  if (code === 'permission') return ' Give the right to write there, then resume: it goes on from the last checkpoint.';
  if (code === 'not-found') return ' Put it back (plug in the disk, mount the share), then resume.';
  return '';
}

function describe(error: unknown): string {
  if (error instanceof AppError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
