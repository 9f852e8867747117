import { AppError } from '@shared/contract/errors';
import type { ForeignSystem } from '@shared/domain/foreign-scores';
import type { Making, ReportData, ReportDefinition } from '@shared/domain/report';
import { findPreset } from '@shared/domain/settings';
import type { ScoreColumns } from '@shared/metrics/score-set';
import { listDatasetIds, readDataset } from '@workbench/datasets/store';
import { waiverWords } from '@shared/tables/waiver-words';
import type { Project } from '@workbench/project/project';
import { reliefVersion } from '@workbench/project/version';
import { erasedWords } from './erased-words';
import { collectRuns } from './collect-runs';
import { comparisonRows } from './comparison-rows';
import { epochHonesty } from './epoch-honesty';
import { evaluateSystems } from './evaluate-systems';
import { type FinishedRun, readFinishedRun } from './finished-run';
import { floorNamed, floors } from './floor';
import { readForeign } from './foreign/store';
import { compareWithBaseline } from './significance';
import { nameSystems } from './systems';
import { protocolWords } from './protocol-words';
import { waiversOf } from './waivers';
import { ablationOf, matrixOf, type SystemFacts } from './tables';
import { reportWarnings } from './warnings';

/**
 * All numbers of a report, made from the score files of its runs. Nothing is kept from earlier: the same runs, files and making
 * give the same report, in the window and on the command line.
 * @throws AppError `not-found` for a run, published row or imported system that is named and not there; runs that have no
 *   scores are listed in `omitted`
 */
export async function evaluateReport(project: Project, definition: ReportDefinition): Promise<ReportData> {
  return (await measureReport(project, definition)).data;
}

/** A report with what it was measured on, for those who draw the scores themselves. */
export interface MeasuredReport {
  readonly data: ReportData;
  /** Test scores at the report's level, one entry an evaluation. */
  readonly measured: readonly ScoreColumns[];
}

/** {@link evaluateReport} with the scores behind it. @throws AppError as it does */
export async function measureReport(project: Project, definition: ReportDefinition): Promise<MeasuredReport> {
  const { runs, omitted } = await collectRuns(project, definition.runs);
  const foreign = await Promise.all((definition.foreign ?? []).map((name) => readForeign(project, name)));
  const datasets = await describeDatasets(project, runs, foreign);
  const { evaluated, problems, commonSubset } = await evaluateSystems(project, {
    runs,
    foreign,
    how: definition,
    isSynthetic: (id) => datasets.some((one) => one.id === id && one.synthetic),
  });
  const evaluations = evaluated.map(({ evaluation }) => evaluation);
  const ids = datasets.map(({ id }) => id);
  const factsOf = systemFacts(runs, evaluations);
  const { baseline } = definition;
  const honesty = epochHonesty(runs, nameSystems(runs));
  const data: ReportData = {
    formatVersion: 1,
    name: definition.name,
    title: definition.title,
    madeAt: newestOf(runs, foreign),
    relief: reliefVersion(),
    making: definition.making,
    decimals: definition.decimals,
    datasets,
    synthetic: datasets.some(({ synthetic }) => synthetic),
    matrix: matrixOf(evaluations, ids, factsOf, definition.spread),
    ablation: ablationOf(evaluations, ids, factsOf, definition.spread),
    evaluations,
    curves: evaluated.map(({ curve }) => curve),
    omitted: [...omitted, ...problems],
    comparison: comparisonRows(definition, ids),
    spread: definition.spread ?? 'sample',
    ...(honesty.length === 0 ? {} : { epochHonesty: honesty }),
    ...(baseline === undefined ? {} : { significance: compareWithBaseline(evaluated, baseline) }),
    ...(foreign.length === 0 ? {} : { foreign: foreign.flatMap(foreignNotes), commonSubset }),
    ...waiversOf(runs),
    warnings: [
      ...protocolWords(runs),
      ...(waiversOf(runs).waivers ?? []).map(waiverWords),
      ...erasedWords(runs, foreign),
      ...reportWarnings(definition, evaluations, foreign),
    ],
    ...(definition.label === undefined ? {} : { label: definition.label }),
    ...(definition.tables === undefined ? {} : { tables: definition.tables }),
  };
  return { data, measured: evaluated.map(({ measured }) => measured) };
}

/** Evaluations of named runs on each of their targets, without tables or floors. */
export async function evaluateRuns(
  project: Project,
  ids: readonly string[],
  making: Making,
): Promise<ReportData['evaluations']> {
  const runs = await Promise.all(ids.map((id) => readFinishedRun(project, id)));
  const datasets = await describeDatasets(project, runs);
  const { evaluated, problems } = await evaluateSystems(project, {
    runs,
    how: { making, floors: false },
    isSynthetic: (id) => datasets.some((one) => one.id === id && one.synthetic),
  });
  const [problem] = problems;
  if (problem) throw new AppError('invalid', problem.reason, { job: problem.run });
  return evaluated.map(({ evaluation }) => evaluation);
}

/** The time of the newest run or import rather than now: the same scores give the same bytes. */
function newestOf(runs: readonly FinishedRun[], foreign: readonly ForeignSystem[]): string {
  const times = [
    ...runs.map(({ job }) => job.createdAt),
    ...foreign.flatMap(({ files }) => files.map(({ importedAt }) => importedAt)),
  ];
  return times.sort().at(-1) ?? new Date(0).toISOString();
}

function systemFacts(
  runs: readonly FinishedRun[],
  evaluations: ReportData['evaluations'],
): (system: string) => SystemFacts {
  const systems = nameSystems(runs);
  return (system) => {
    const floor = floorNamed(system);
    if (floor) return { floor: true, origin: 'floor', note: floors[floor].note, parameters: null };
    if (evaluations.some((one) => one.system === system && one.foreign !== undefined))
      return { floor: false, origin: 'foreign', note: 'imported scores', parameters: null };
    const run = runs.find(({ job }) => systems.get(job.id) === system);
    return {
      floor: false,
      origin: 'run',
      note: findPreset(run?.job.preset ?? '')?.summary ?? '',
      parameters: run?.result.parameters ?? null,
    };
  };
}

function foreignNotes({ name, title, files }: ForeignSystem): NonNullable<ReportData['foreign']> {
  return files.map(({ dataset, set, originalName, originalSha256, fit }) => ({
    name,
    title,
    dataset,
    set,
    matched: fit.matched,
    missing: fit.missing,
    extra: fit.extra,
    flipped: fit.flipped,
    originalName,
    originalSha256,
  }));
}

async function describeDatasets(
  project: Project,
  runs: readonly FinishedRun[],
  foreign: readonly ForeignSystem[] = [],
): Promise<ReportData['datasets']> {
  const used = new Set([
    ...runs.flatMap(({ job, result }) => [...job.sources, ...result.scores.map(({ dataset }) => dataset)]),
    ...foreign.flatMap(({ sources, files }) => [...sources, ...files.map(({ dataset }) => dataset)]),
  ]);
  const there = await listDatasetIds(project);
  return Promise.all(
    [...used].sort().map(async (id) => {
      if (!there.includes(id)) return { id, name: `${id} (removed)`, synthetic: false };
      const { name, synthetic } = await readDataset(project, id);
      return { id, name, synthetic };
    }),
  );
}
