import { AppError } from '@shared/contract/errors';
import type { NetworkGraph } from '@shared/domain/network-graph';
import { jobFolder } from '@workbench/jobs/job-folder';
import type { Project } from '@workbench/project/project';
import { describeModel } from '@workbench/training/networks/describe';
import { buildModel } from '@workbench/training/networks/models';

/** The networks of a run, from its configuration. @throws AppError `not-found` for an unknown run, `invalid` for one that is no training */
export async function networkOf(project: Project, job: string): Promise<NetworkGraph> {
  const folder = jobFolder(project, job);
  await folder.job();
  const config = await folder.config();
  if (!config) throw new AppError('invalid', `${job} is no training run, so it has no network.`, { job });
  return describeModel(buildModel(config.model, config.stage2.dropout));
}
