import { existsSync } from 'node:fs';
import type { Plan } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import type { ExperimentConfig } from '@shared/domain/experiment';
import { diffConfigs } from '@shared/domain/settings';
import { textFromRun } from '@workbench/experiments/from-run';
import { experimentNames, saveExperiment } from '@workbench/experiments/store';
import type { Project } from '@workbench/project/project';
import { jobFolder } from './job-folder';

/**
 * Makes an experiment file that would repeat a training run, to be changed before it is queued.
 * @param wish name of the experiment; the run's own with a free number unless given
 * @throws AppError `unsupported` when the job is no training, `invalid` when the name is taken
 */
export async function cloneRun(project: Project, id: string, wish?: string): Promise<{ name: string; text: string }> {
  const folder = jobFolder(project, id);
  const job = await folder.job();
  const config = job.kind === 'train' ? await folder.config() : undefined;
  if (job.kind !== 'train' || !config)
    throw new AppError('unsupported', `${id} is no training run: it has no settings to start from.`, { job: id });
  const taken = experimentNames(project);
  if (wish !== undefined && taken.includes(wish))
    throw new AppError('invalid', `There is an experiment "${wish}" already; choose another name.`);
  const name = wish ?? freeName(job.experiment, taken);
  const text = textFromRun(name, { job: id, preset: job.preset, config });
  await saveExperiment(project, name, text);
  return { name, text };
}

/** In what settings differ from those of the run that they were taken from; undefined when it is gone. */
export async function changesFromRun(
  project: Project,
  id: string | undefined,
  config: ExperimentConfig,
): Promise<Plan['from']> {
  if (id === undefined || !existsSync(project.jobFolder(id))) return undefined;
  const folder = jobFolder(project, id);
  const [job, before] = await Promise.all([folder.job(), folder.config()]);
  return before === undefined ? undefined : { job: id, name: job.name, changes: diffConfigs(before, config) };
}

/** `claim` → `claim-2`, `claim-2` → `claim-3`. */
function freeName(wish: string, taken: readonly string[]): string {
  const stem = wish.replace(/-\d+$/, '').slice(0, 58);
  for (let number = 2; ; number++) if (!taken.includes(`${stem}-${number}`)) return `${stem}-${number}`;
}
