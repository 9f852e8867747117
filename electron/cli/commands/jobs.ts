import type { Command } from 'commander';
import type { JobSummary } from '@shared/domain/job';
import { JobList } from '@workbench/jobs/job-list';
import { contextOf } from '../context';
import type { Register } from '../command';
import { textTable } from '../output';

export const registerJobs: Register = (program) => {
  program
    .command('jobs')
    .description('list jobs with state and progress')
    .action(async (_options: unknown, command: Command) => {
      const { output, withProject } = contextOf(command);
      const summaries = await withProject((project) => new JobList(project).all());
      const jobs = summaries.map(({ job, state, progress }) => ({
        id: job.id,
        name: job.name,
        kind: job.kind,
        state,
        progress: state === 'done' ? 1 : progress ? Math.min(1, progress.done / progress.steps) : 0,
      }));
      output.result({ jobs }, () =>
        summaries.length === 0
          ? 'No jobs yet.'
          : textTable([['job', 'state', 'progress', 'name'], ...summaries.map((summary) => row(summary))]),
      );
    });
};

function row({ job, state, progress, message }: JobSummary): string[] {
  const share = state === 'done' ? 1 : progress ? Math.min(1, progress.done / progress.steps) : 0;
  return [job.id, state, `${Math.floor(share * 100)} %`, message === null ? job.name : `${job.name}  (${message})`];
}
