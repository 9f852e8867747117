// The process of one job: `node dist/job.cjs <project folder> <job id>`. Started by the queue, by hand, or by a batch system.
import { rmSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { AppError } from '@shared/contract/errors';
import type { Job } from '@shared/domain/job';
import { systemCode } from '@workbench/project/file-errors';
import { fateOf, ownIdentity } from '@workbench/project/process-identity';
import { openProject, type Project } from '@workbench/project/project';
import { startBeat } from './beat';
import { runCheckJob } from './check-job';
import { EventWriter } from './event-writer';
import type { JobContext, Outcome } from './job-context';
import { type JobFolder, jobFolder } from './job-folder';
import { runPrepareJob } from './prepare-job';
import { advanceQueue } from './queue';
import { freeSlots, handSlotsTo, holdsSlots, needOf, takeSlots } from './slots';
import { countAttempts, isActive, stateOf } from './summary';
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
    await refuseSecondRun(folder, jobId);
    const code = await attempt(project, folder, await folder.job());
    freeSlots(project.folder, jobId);
    await advanceQueue(project);
    return code;
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`);
    return error instanceof AppError && error.code === 'conflict' ? 2 : 1;
  }
}

/** One attempt from its first event to its last. */
async function attempt(project: Project, folder: JobFolder, job: Job): Promise<number> {
  const number = countAttempts(await folder.events()) + 1;
  await holdSlots(project, folder, job.id);
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
  try {
    const outcome = await runKind(context);
    await beat.end();
    events.state(outcome.state, outcome.state === 'stopped' ? outcome.message : null);
    log(outcome.state);
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
  return code;
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
  if (fateOf(beat) === 'alive' && isActive(await stateOf(folder)))
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
