import type { JobSummary } from '@shared/domain/job';
import type { ProjectIndex } from '@workbench/project/index-db';
import type { Project } from '@workbench/project/project';
import { jobFolder, jobIds } from './job-folder';
import { waitReason } from './queue';
import { hasEnded, readSummary } from './summary';

/** Looks between two looks at the folders of ended jobs. */
const endedEvery = 8;

/** The project's jobs over time: tells what has changed since it was last asked. */
export class JobList {
  private readonly told = new Map<string, { text: string; ended: boolean; signature: string }>();
  private looks = 0;

  constructor(
    private readonly project: Project,
    private readonly index?: ProjectIndex,
  ) {}

  /** Every job, oldest first. */
  all(): Promise<JobSummary[]> {
    return Promise.all(jobIds(this.project).map((id) => this.one(id)));
  }

  /** One job; a waiting one says what it waits for. */
  async one(id: string): Promise<JobSummary> {
    const summary = await readSummary(this.project, id, this.index);
    return summary.state === 'queued' && summary.slurm === undefined
      ? { ...summary, message: await waitReason(this.project, id) }
      : summary;
  }

  /** Jobs that are new or differ from what was last told. Ended ones are looked at less often. */
  async changed(): Promise<JobSummary[]> {
    const lookAtEnded = this.looks++ % endedEvery === 0;
    const changed: JobSummary[] = [];
    for (const id of jobIds(this.project)) {
      const before = this.told.get(id);
      if (before?.ended === true && !lookAtEnded) continue;
      const signature = jobFolder(this.project, id).signature();
      if (before?.ended === true && before.signature === signature) continue;
      const summary = await this.one(id);
      const text = JSON.stringify(summary);
      if (before?.text === text) continue;
      this.told.set(id, { text, ended: hasEnded(summary.state), signature });
      changed.push(summary);
    }
    return changed;
  }
}
