import type { CheckJob } from '@shared/domain/job';
import { AppError } from '@shared/contract/errors';
import { checkDatasets } from '@workbench/datasets/doctor/check-datasets';
import { listDatasetIds, readDataset } from '@workbench/datasets/store';
import type { Project } from '@workbench/project/project';
import type { JobDraft } from './create';
import type { JobContext, Outcome } from './job-context';
import { baseProvenance } from './provenance';
import { SpeedMeter } from './speed';

/**
 * The job that checks datasets; all of the project unless some are named.
 * @throws AppError `not-found` for one that is not there, `invalid` when there is none at all
 */
export async function checkJob(project: Project, names: readonly string[]): Promise<JobDraft> {
  for (const name of names) await readDataset(project, name);
  const datasets = names.length > 0 ? [...new Set(names)] : await listDatasetIds(project);
  if (datasets.length === 0) throw new AppError('invalid', 'The project has no dataset yet that could be checked.');
  return {
    kind: 'check',
    slug: `check-${datasets.join('-')}`.slice(0, 60),
    name: `check ${datasets.join(', ')}`,
    group: null,
    parent: null,
    datasets,
  };
}

/** Checks datasets and writes down with each what was found. Files that are read are not read again after a stop. */
export async function runCheckJob(context: JobContext<CheckJob>): Promise<Outcome> {
  const { project, job, folder, events, wishes, log } = context;
  const started = Date.now();
  events.write({ type: 'attempt', attempt: context.attempt, fromStep: 0 });
  events.state('running');
  const speed = new SpeedMeter();
  try {
    const checks = await checkDatasets(project, job.datasets, {
      signal: wishes.signal,
      onProgress: ({ phase, done, steps }) => {
        speed.at(done);
        const secondsLeft = speed.secondsFor(steps - done);
        context.progress({ phase, done, steps, epoch: null, epochs: null, imagesPerSecond: null, secondsLeft });
      },
    });
    for (const { dataset, findings } of checks)
      for (const { severity, message } of findings) {
        log(`${severity}: ${dataset}: ${message}`);
        events.write({ type: 'finding', severity, message: `${dataset}: ${message}` });
      }
    await folder.writeProvenance({
      ...baseProvenance(project.folder, job.id),
      ...{ engine: null, seed: null, data: [], configHash: null },
    });
    await folder.writeResult({
      kind: 'check',
      seconds: (Date.now() - started) / 1000,
      datasets: checks.map(({ dataset, findings }) => {
        const count = (wanted: string) => findings.filter(({ severity }) => severity === wanted).length;
        return { dataset, errors: count('error'), warnings: count('warning'), infos: count('info') };
      }),
    });
    return { state: 'done' };
  } catch (error) {
    if (error instanceof AppError && error.code === 'cancelled')
      return { state: 'stopped', message: 'Files that are read are kept; resume goes on from there.' };
    throw error;
  }
}
