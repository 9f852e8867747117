import { summarise } from '../metrics/aggregate';
import type { JobSummary, TrainJob } from './job';
import { datasetList } from './names';

/** Mean over seeds with the sample standard deviation (null below two) and the number of runs behind it. */
export interface GroupCell {
  readonly mean: number;
  readonly sd: number | null;
  readonly n: number;
}

/** A configuration of a group over its folds. */
export interface GroupRow {
  readonly experiment: string;
  readonly preset: string;
  /** A grid's point, such as `stage1.l1Weight=10`; null without a grid. */
  readonly variant: string | null;
  /** One for each fold of the table; null where no run is done yet. */
  readonly cells: readonly (GroupCell | null)[];
  /** Over all runs of the row. */
  readonly all: GroupCell | null;
  readonly runs: number;
  readonly done: number;
}

export interface GroupTable {
  /** Columns: `RCO→M`. */
  readonly folds: readonly string[];
  readonly rows: readonly GroupRow[];
  /** Finished runs that repeat another's experiment, datasets and seed: shown, but no further sample. */
  readonly repeats: number;
}

/** What a number of a table is taken from. */
export type RunValue = 'dev-hter' | 'dev-auc';

/** Runs with the same key are the same sample: their experiment, variant, datasets and seed agree. */
export function sampleKey({ experiment, preset, variant, sources, targets, seed }: TrainJob): string {
  return JSON.stringify([experiment, preset, variant ?? '', sources, targets, seed]);
}

/** One run for each sample, the newest finished one; runs that are not done or train nothing are left out. */
export function distinctRuns(runs: readonly JobSummary[]): JobSummary[] {
  const newest = new Map<string, JobSummary>();
  for (const run of runs) {
    if (run.job.kind !== 'train' || run.state !== 'done' || run.result?.kind !== 'train') continue;
    const key = sampleKey(run.job);
    const known = newest.get(key);
    if (!known || known.job.number < run.job.number) newest.set(key, run);
  }
  return [...newest.values()];
}

/** A finished run's value as a fraction; null where it has none. */
export function valueOf({ result }: JobSummary, value: RunValue): number | null {
  if (result?.kind !== 'train') return null;
  return value === 'dev-hter' ? result.devHter : result.devAuc;
}

/** Mean, sample standard deviation and n of a group of runs, each sample counted once. */
export function spreadOfRuns(runs: readonly JobSummary[], value: RunValue = 'dev-hter'): GroupCell | null {
  const { mean, sampleSd, n } = summarise(distinctRuns(runs).map((run) => valueOf(run, value)));
  return mean === null ? null : { mean, sd: sampleSd, n };
}

/** The table of a group: a row for each configuration, a column for each fold, spread over seeds in the cells. */
export function groupTable(runs: readonly JobSummary[], value: RunValue = 'dev-hter'): GroupTable {
  const trainings = runs.flatMap((run) => (run.job.kind === 'train' ? [{ run, job: run.job }] : []));
  const folds = unique(trainings.map(({ job }) => foldOf(job)));
  const rows = unique(trainings.map(({ job }) => rowKey(job))).map((key): GroupRow => {
    const own = trainings.filter(({ job }) => rowKey(job) === key);
    const [first] = own;
    if (!first) throw new Error('a row without a run');
    const { experiment, preset, variant } = first.job;
    const summaries = own.map(({ run }) => run);
    return {
      experiment,
      preset,
      variant: variant ?? null,
      cells: folds.map((fold) =>
        spreadOfRuns(
          own.flatMap(({ run, job }) => (foldOf(job) === fold ? [run] : [])),
          value,
        ),
      ),
      all: spreadOfRuns(summaries, value),
      runs: own.length,
      done: summaries.filter(({ state }) => state === 'done').length,
    };
  });
  const done = trainings.filter(({ run }) => run.state === 'done').length;
  return { folds, rows, repeats: done - distinctRuns(runs).length };
}

/** The table as CSV, fractions: a line for each configuration and fold, and one over all its folds. */
export function groupCsv({ folds, rows }: GroupTable): string {
  const line = (fields: readonly (string | number | null)[]) => fields.map((field) => csvField(field)).join(',');
  const cellsOf = (cell: GroupCell | null) => (cell ? [cell.mean, cell.sd, cell.n] : [null, null, 0]);
  const head = line(['experiment', 'preset', 'variant', 'fold', 'mean', 'sd', 'n']);
  const lines = rows.flatMap(({ experiment, preset, variant, cells, all }) => [
    ...folds.map((fold, index) => line([experiment, preset, variant, fold, ...cellsOf(cells[index] ?? null)])),
    line([experiment, preset, variant, 'all', ...cellsOf(all)]),
  ]);
  return [head, ...lines, ''].join('\n');
}

function csvField(field: string | number | null): string {
  const text = field === null ? '' : String(field);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function foldOf({ sources, targets }: TrainJob): string {
  return `${datasetList(sources)}→${datasetList(targets)}`;
}

function rowKey({ experiment, preset, variant }: TrainJob): string {
  return JSON.stringify([experiment, preset, variant ?? '']);
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
