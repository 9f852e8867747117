import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { Making, ReportData, ReportDefinition } from '@shared/domain/report';
import { findPreset } from '@shared/domain/settings';
import { listDatasetIds, readDataset } from '@workbench/datasets/store';
import type { Project } from '@workbench/project/project';
import { reliefVersion } from '@workbench/project/version';
import { comparisonRows } from './comparison-rows';
import { type EvaluatedTarget, evaluateTarget } from './evaluate-source';
import { type FinishedRun, readFinishedRun, runScores } from './finished-run';
import { floorNamed, floors as floorFacts, floorScores } from './floor';
import { nameSystems } from './systems';
import { ablationOf, matrixOf, type SystemFacts } from './tables';

/**
 * All numbers of a report, made from the score files of its runs. Nothing is kept from earlier: the same runs, files and making
 * give the same report, in the window and on the command line.
 * @throws AppError `not-found` for a run that is named and not there; runs that have no scores are listed in `omitted`
 */
export async function evaluateReport(project: Project, definition: ReportDefinition): Promise<ReportData> {
  const { runs, omitted } = await collectRuns(project, definition.runs);
  const datasets = await describeDatasets(project, runs);
  const { evaluated, problems } = await evaluateAll(project, runs, definition, (id) =>
    datasets.some((one) => one.id === id && one.synthetic),
  );
  const evaluations = evaluated.map(({ evaluation }) => evaluation);
  const ids = datasets.map(({ id }) => id);
  const systems = nameSystems(runs);
  const factsOf = (system: string): SystemFacts => {
    const floor = floorNamed(system);
    if (floor) return { floor: true, origin: 'floor', note: floorFacts[floor].note, parameters: null };
    const run = runs.find(({ job }) => systems.get(job.id) === system);
    return {
      floor: false,
      origin: 'run',
      note: findPreset(run?.job.preset ?? '')?.summary ?? '',
      parameters: run?.result.parameters ?? null,
    };
  };
  return {
    formatVersion: 1,
    name: definition.name,
    title: definition.title,
    // The newest run's time rather than now: the same runs give the same bytes.
    madeAt:
      runs
        .map(({ job }) => job.createdAt)
        .sort()
        .at(-1) ?? new Date(0).toISOString(),
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
  };
}

/** Evaluations of named runs on each of their targets, without tables or floors. */
export async function evaluateRuns(
  project: Project,
  ids: readonly string[],
  making: Making,
): Promise<ReportData['evaluations']> {
  const runs = await Promise.all(ids.map((id) => readFinishedRun(project, id)));
  const datasets = await describeDatasets(project, runs);
  const { evaluated, problems } = await evaluateAll(project, runs, { making, floors: false }, (id) =>
    datasets.some((one) => one.id === id && one.synthetic),
  );
  const [problem] = problems;
  if (problem) throw new AppError('invalid', problem.reason, { job: problem.run });
  return evaluated.map(({ evaluation }) => evaluation);
}

type Omitted = ReportData['omitted'];

/** The named runs, or every finished training; of runs that differ in nothing but their number, the newest. */
async function collectRuns(
  project: Project,
  named: readonly string[],
): Promise<{ runs: FinishedRun[]; omitted: Omitted }> {
  const omitted: Omitted = [];
  const found: FinishedRun[] = [];
  for (const id of named.length > 0 ? named : await listJobIds(project)) {
    try {
      found.push(await readFinishedRun(project, id));
    } catch (error) {
      const hasNoScores = error instanceof AppError && error.code === 'invalid';
      if (!hasNoScores) throw error;
      if (named.length > 0) omitted.push({ run: id, reason: error.message });
    }
  }
  const systems = nameSystems(found);
  const newest = new Map<string, FinishedRun>();
  for (const run of found.sort((a, b) => a.job.number - b.job.number)) {
    const key = JSON.stringify([systems.get(run.job.id), run.job.sources, run.job.seed]);
    const older = newest.get(key);
    if (older)
      omitted.push({
        run: older.job.id,
        reason: `${run.job.id} is a newer run of the same experiment, sources and seed.`,
      });
    newest.set(key, run);
  }
  return { runs: [...newest.values()].sort((a, b) => a.job.number - b.job.number), omitted };
}

async function listJobIds(project: Project): Promise<string[]> {
  const folder = join(project.folder, 'jobs');
  if (!existsSync(folder)) return [];
  const names = await readdir(folder);
  return names.filter((name) => existsSync(join(folder, name, 'result.json'))).sort();
}

async function describeDatasets(project: Project, runs: readonly FinishedRun[]): Promise<ReportData['datasets']> {
  const used = new Set(
    runs.flatMap(({ job, result }) => [...job.sources, ...result.scores.map(({ dataset }) => dataset)]),
  );
  const there = await listDatasetIds(project);
  return Promise.all(
    [...used].sort().map(async (id) => {
      if (!there.includes(id)) return { id, name: `${id} (removed)`, synthetic: false };
      const { name, synthetic } = await readDataset(project, id);
      return { id, name, synthetic };
    }),
  );
}

async function evaluateAll(
  project: Project,
  runs: readonly FinishedRun[],
  { making, floors, floorRows }: Pick<ReportDefinition, 'making' | 'floors' | 'floorRows'>,
  isSynthetic: (dataset: string) => boolean,
): Promise<{ evaluated: EvaluatedTarget[]; problems: Omitted }> {
  const systems = nameSystems(runs);
  const evaluated: EvaluatedTarget[] = [];
  const problems: Omitted = [];

  for (const kind of floors ? (floorRows ?? ['lbp']) : []) {
    const { name } = floorFacts[kind];
    const combinations = new Map(runs.map(({ job }) => [job.sources.join(), job.sources]));
    for (const source of combinations.values()) {
      const tested = runs
        .filter(({ job }) => job.sources.join() === source.join())
        .flatMap(({ result }) => result.scores);
      const targets = [...new Set(tested.filter(({ set }) => set === 'test').map(({ dataset }) => dataset))];
      const system = { run: null, system: name, preset: null, seed: null, source };
      // A floor has no depth; it is judged by its one score whatever the report asks of networks.
      const floorMaking: Making = { ...making, score: 'classifier' };
      const scores = once(() => floorScores(project, kind, source, targets));
      await collect(`${name} on ${source.join('+')}`, targets, async (target) =>
        evaluateTarget(await scores(), system, target, floorMaking, isSynthetic),
      );
    }
  }
  for (const run of runs) {
    const { id, preset, seed, sources } = run.job;
    const scores = runScores(project, run, making.epoch);
    const system = { run: id, system: systems.get(id) ?? run.job.experiment, preset, seed, source: sources };
    await collect(id, scores.targets, (target) => evaluateTarget(scores, system, target, making, isSynthetic));
  }
  return { evaluated, problems };

  /** Evaluates on every target; what cannot be evaluated (no depth scores, a damaged file) is named and the rest goes on. */
  async function collect(
    name: string,
    targets: readonly string[],
    evaluate: (target: string) => Promise<EvaluatedTarget | null>,
  ): Promise<void> {
    try {
      const found: EvaluatedTarget[] = [];
      for (const target of targets) {
        const one = await evaluate(target);
        if (one) found.push(one);
      }
      evaluated.push(...found);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      problems.push({ run: name, reason: error.message });
    }
  }
}

/** Does the work when it is first asked for, and gives the same answer afterwards. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= work());
}
