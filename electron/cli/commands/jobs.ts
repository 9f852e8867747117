import type { Command } from 'commander';
import { AppError } from '@shared/contract/errors';
import type { JobSummary } from '@shared/domain/job';
import { type GroupCell, groupTable } from '@shared/domain/run-group';
import { JobList } from '@workbench/jobs/job-list';
import { contextOf } from '../context';
import type { Register } from '../command';
import { type Output, textTable } from '../output';

export const registerJobs: Register = (program) => {
  program
    .command('jobs')
    .description('list jobs with state and progress')
    .option('--group <name>', 'only the runs of a group, with mean, spread and n of its dev HTER')
    .action(async ({ group }: { group?: string }, command: Command) => {
      const { output, withProject } = contextOf(command);
      const all = await withProject((project) => new JobList(project).all());
      if (group !== undefined) {
        showGroup(output, all, group);
        return;
      }
      const summaries = all;
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

/** The runs of a group and its table. */
function showGroup(output: Output, all: readonly JobSummary[], group: string): void {
  const known = [...new Set(all.flatMap(({ job }) => job.group ?? []))];
  const runs = all.filter(({ job }) => job.group === group);
  if (runs.length === 0)
    throw new AppError(
      'not-found',
      `There is no group "${group}"; ${known.length === 0 ? 'no runs were launched together yet' : `there are ${known.join(', ')}`}.`,
    );
  const table = groupTable(runs);
  const jobs = runs.map(({ job, state }) => ({ id: job.id, name: job.name, kind: job.kind, state }));
  output.result({ group, jobs, table }, () =>
    [
      `dev HTER in %, mean ± sd (n), ${runs.length} runs`,
      textTable([
        ['system', ...table.folds, 'all'],
        ...table.rows.map(({ experiment, variant, cells, all: over }) => [
          variant === null ? experiment : `${experiment} ${variant}`,
          ...[...cells, over].map(cellText),
        ]),
      ]),
      ...(table.repeats === 0 ? [] : [`${table.repeats} runs repeat others and are not counted.`]),
    ].join('\n'),
  );
}

function cellText(cell: GroupCell | null): string {
  if (!cell) return '–';
  const sd = cell.sd === null ? '' : ` ± ${(100 * cell.sd).toFixed(1)}`;
  return `${(100 * cell.mean).toFixed(1)}${sd} (${cell.n})`;
}

function row({ job, state, progress, message }: JobSummary): string[] {
  const share = state === 'done' ? 1 : progress ? Math.min(1, progress.done / progress.steps) : 0;
  return [job.id, state, `${Math.floor(share * 100)} %`, message === null ? job.name : `${job.name}  (${message})`];
}
