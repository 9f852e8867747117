import type { JobDetail, SampleReference, WorkbenchContract } from '@shared/contract/channels';
import type { Implementation } from '@shared/contract/peer';
import type { SetName } from '@shared/domain/names';
import { divisionOf } from '@workbench/datasets/protocols/division';
import { readJobProtocol } from '@workbench/datasets/protocols/job-protocol';
import type { Job, JobSummary } from '@shared/domain/job';
import { createRandom } from '@shared/random';
import { compareRuns } from '@workbench/jobs/compare';
import { cancelJob, killJob, moveInQueue, moveToFront, resumeJob, retryJob, stopJob } from '@workbench/jobs/control';
import { exportCurves } from '@workbench/jobs/export/export-curves';
import { jobFolder } from '@workbench/jobs/job-folder';
import { JobList } from '@workbench/jobs/job-list';
import { markJobs } from '@workbench/jobs/marks';
import { followLog, waitFor } from '@workbench/jobs/follow-log';
import { followScalars } from '@workbench/jobs/follow-scalars';
import { pruneRun } from '@workbench/jobs/prune';
import { pauseQueue } from '@workbench/jobs/queue';
import { readQueue } from '@workbench/jobs/queue-file';
import { storedEpochs } from '@workbench/training/run-files';
import { storedFiles } from '@workbench/training/stored';
import { AppError } from '@shared/contract/errors';
import type { SampleColumns } from './sample-columns';
import type { OpenProject, Workbench } from './workbench';

type Channels =
  | 'jobs.list'
  | 'jobs.watch'
  | 'jobs.detail'
  | 'jobs.scalars'
  | 'jobs.log'
  | 'jobs.control'
  | 'jobs.mark'
  | 'jobs.compare'
  | 'jobs.stored'
  | 'jobs.prune'
  | 'jobs.export'
  | 'queue.move'
  | 'queue.pause'
  | 'queue.state';

const watchEveryMs = 250;
const pinnedOfEach = 3;

/** `jobs.*` and `queue.*`. */
export function jobChannels(workbench: Workbench): Pick<Implementation<WorkbenchContract>, Channels> {
  return {
    'jobs.list': () => {
      const { project, index } = workbench.current();
      return new JobList(project, index).all();
    },
    'jobs.watch': (_input, signal) => watchJobs(workbench, signal),
    'jobs.detail': ({ job }) => detailOf(workbench.current(), job),
    'jobs.scalars': ({ job }, signal) => followScalars(jobFolder(workbench.current().project, job), signal),
    'jobs.log': async function* ({ job }, signal) {
      for await (const lines of followLog(jobFolder(workbench.current().project, job), signal)) yield { lines };
    },
    'jobs.control': async ({ job, action }) => {
      const meant = await controlJob(workbench, job, action);
      workbench.changes.send({ what: 'queue' });
      workbench.advance();
      return { job: meant };
    },
    'jobs.mark': async ({ jobs, change }) => {
      const { project, index } = workbench.current();
      await markJobs(project, jobs, change);
      const list = new JobList(project, index);
      return Promise.all(jobs.map((id) => list.one(id)));
    },
    'jobs.compare': ({ jobs }) => compareRuns(workbench.current().project, jobs),
    'jobs.stored': ({ job }) => storedFiles(jobFolder(workbench.current().project, job).path),
    'jobs.prune': ({ job, wish, dryRun }) => pruneRun(workbench.current().project, job, wish, dryRun),
    'jobs.export': async ({ jobs, format, folder }) => {
      workbench.options.grants.check(folder);
      return { files: await exportCurves(workbench.current().project, jobs, format, folder) };
    },
    'queue.move': async ({ job, before }) => {
      await moveInQueue(workbench.current().project, job, before);
      workbench.changes.send({ what: 'queue' });
      return {};
    },
    'queue.pause': async ({ paused }) => {
      await pauseQueue(workbench.current().project, paused);
      workbench.changes.send({ what: 'queue' });
      workbench.advance();
      return {};
    },
    'queue.state': async () => {
      const { paused, order } = await readQueue(workbench.current().project);
      return { paused, order };
    },
  };
}

/** Every job first, then whichever has changed, as long as the project stays open. */
async function* watchJobs(workbench: Workbench, signal: AbortSignal): AsyncGenerator<JobSummary[], void> {
  const open = workbench.current();
  const list = new JobList(open.project, open.index);
  let first = true;
  // Ends with the project it was asked for: its index is closed then.
  while (!signal.aborted && workbench.present === open) {
    const changed = await list.changed();
    if (first || changed.length > 0) yield changed;
    first = false;
    await waitFor(watchEveryMs, signal);
  }
}

type Action = 'stop' | 'kill' | 'resume' | 'retry' | 'cancel' | 'to-front';

/** @returns the job that is meant afterwards: a new one for `retry` */
async function controlJob(workbench: Workbench, id: string, action: Action): Promise<string> {
  const { project } = workbench.current();
  switch (action) {
    case 'stop':
      await stopJob(project, id);
      return id;
    case 'kill':
      await killJob(project, id);
      return id;
    case 'resume':
      await resumeJob(project, id);
      return id;
    case 'retry':
      return retryJob(project, id);
    case 'cancel':
      await cancelJob(project, id);
      return id;
    case 'to-front':
      await moveToFront(project, id);
      return id;
  }
}

async function detailOf(open: OpenProject, id: string): Promise<JobDetail> {
  const folder = jobFolder(open.project, id);
  const [summary, config, provenance, events, depthEpochs] = await Promise.all([
    new JobList(open.project, open.index).one(id),
    folder.config(),
    folder.provenance(),
    folder.events(),
    storedEpochs(folder.path),
  ]);
  return {
    summary,
    config: config ?? null,
    provenance: provenance ?? null,
    events,
    depthEpochs,
    pinned: await pinnedSamples(open, summary.job),
    folder: folder.path,
  };
}

/** Three bona fide and three attacks of the sources' dev sets, always the same ones for the same data. */
async function pinnedSamples({ project, index, columns }: OpenProject, job: Job): Promise<SampleReference[]> {
  if (job.kind !== 'train') return [];
  const protocol = await readJobProtocol(project.jobFolder(job.id));
  const found = await Promise.all(job.sources.map((id) => knownColumns(columns.of(id))));
  const candidates: ReturnType<typeof devSamples> = [];
  for (const known of found) {
    if (!known) continue;
    const { id } = known.dataset;
    const sets = protocol ? divisionOf(protocol, id, await index.items(id)).sets : undefined;
    candidates.push(...devSamples(known, sets));
  }
  const pick = (isAttack: boolean) =>
    createRandom('pinned samples')
      .shuffle(candidates.filter((candidate) => candidate.isAttack === isAttack))
      .slice(0, pinnedOfEach);
  return [...pick(false), ...pick(true)].map(({ dataset, index }) => ({ dataset, index }));
}

function devSamples(
  { dataset, count, facets, firstRow, ids, marks }: SampleColumns,
  divided?: readonly (SetName | null)[],
) {
  const [sets, classes] = [facets.get('set'), facets.get('class')];
  const is = (column: typeof sets, line: number, value: string) => column?.values[column.codes[line] ?? -1] === value;
  return Array.from({ length: count }, (_, index) => index)
    .filter((line) => (divided ? divided[line] === 'dev' : is(sets, line, 'dev')))
    .filter((line) => (firstRow[line] ?? -1) >= 0 && !marks.excluded.has(ids[line] ?? ''))
    .map((line) => ({ dataset: dataset.id, index: line, isAttack: is(classes, line, 'attack') }));
}

/** A dataset may have been removed since the run. */
async function knownColumns(columns: Promise<SampleColumns>): Promise<SampleColumns | undefined> {
  try {
    return await columns;
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') return undefined;
    throw error;
  }
}
