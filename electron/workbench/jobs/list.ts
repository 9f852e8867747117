import type { JobSummary } from '@shared/domain/job';
import type { ProjectIndex } from '@workbench/project/index-db';
import type { Project } from '@workbench/project/project';
import { jobIds } from './job-folder';
import { waitReason } from './queue';
import { readSummary } from './summary';

/** All jobs, oldest first; waiting ones say what they wait for. */
export async function listJobs(project: Project, index?: ProjectIndex): Promise<JobSummary[]> {
  return Promise.all(
    jobIds(project).map(async (id) => {
      const summary = await readSummary(project, id, index);
      return summary.state === 'queued' ? { ...summary, message: await waitReason(project, id) } : summary;
    }),
  );
}
