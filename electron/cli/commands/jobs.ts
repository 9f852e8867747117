import type { Command } from 'commander';
import { AppError } from '@shared/contract/errors';
import type { JobSummary } from '@shared/domain/job';
import { noMarks } from '@shared/domain/run-marks';
import { type GroupCell, groupCsv, groupTable } from '@shared/domain/run-group';
import { JobList } from '@workbench/jobs/job-list';
import { contextOf } from '../context';
import type { Register } from '../command';
import { type Output, textTable } from '../output';
import { registerRunFiles } from './run-files';

export const registerJobs: Register = (program) => {
  const jobs = program
    .command('jobs')
    .description('list jobs with state and progress')
    .option('--group <name>', 'only the runs of a group, with mean, spread and n of its dev HTER')
    .option('--archived', 'those that were archived, which are left out otherwise')
    .option('--tag <word>', 'only those with a tag')
    .option('--starred', 'only those with a star')
    .option('--csv', 'the table of the group as CSV, fractions')
    .action(async (options: JobsOptions, command: Command) => {
      const { group, csv } = options;
      const { output, withProject } = contextOf(command);
      const all = await withProject((project) => new JobList(project).all());
      if (group !== undefined) {
        showGroup(output, all, group, csv === true);
        return;
      }
      if (csv === true) throw new AppError('bad-request', '--csv is the table of a group: add --group NAME.');
      const summaries = all.filter((summary) => isWanted(summary, options));
      const listed = summaries.map(({ job, state, progress }) => ({
        id: job.id,
        name: job.name,
        kind: job.kind,
        state,
        progress: state === 'done' ? 1 : progress ? Math.min(1, progress.done / progress.steps) : 0,
      }));
      output.result({ jobs: listed }, () =>
        summaries.length === 0
          ? 'No jobs yet.'
          : textTable([['job', 'state', 'progress', 'name'], ...summaries.map((summary) => row(summary))]),
      );
    });
  registerRunFiles(jobs);
};

interface JobsOptions {
  readonly group?: string;
  readonly csv?: boolean;
  readonly archived?: boolean;
  readonly tag?: string;
  readonly starred?: boolean;
}

function isWanted({ marks = noMarks }: JobSummary, { archived = false, tag, starred = false }: JobsOptions): boolean {
  return marks.archived === archived && (tag === undefined || marks.tags.includes(tag)) && (!starred || marks.star);
}

/** The runs of a group and its table. */
function showGroup(output: Output, all: readonly JobSummary[], group: string, asCsv: boolean): void {
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
    asCsv
      ? groupCsv(table).trimEnd()
      : [
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

function row({ job, state, progress, message, marks }: JobSummary): string[] {
  const named = `${marks?.star === true ? '* ' : ''}${job.name}${(marks?.tags ?? []).map((tag) => ` [${tag}]`).join('')}`;
  const share = state === 'done' ? 1 : progress ? Math.min(1, progress.done / progress.steps) : 0;
  return [job.id, state, `${Math.floor(share * 100)} %`, message === null ? named : `${named}  (${message})`];
}
