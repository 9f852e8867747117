import { AppError } from '@shared/contract/errors';
import type { ForeignSystem } from '@shared/domain/foreign-scores';
import type { Making, ReportData, ReportDefinition } from '@shared/domain/report';
import type { Project } from '@workbench/project/project';
import type { Omitted } from './collect-runs';
import { type CommonSubset, commonSubsetOf, onCommonSubset } from './common-subset';
import { type EvaluatedSystem, type EvaluatedTarget, evaluateTarget } from './evaluate-source';
import { type FinishedRun, runScores, type ScoreSource } from './finished-run';
import { floors as floorFacts, floorScores } from './floor';
import { foreignScores } from './foreign/store';
import { rulesHash } from '@workbench/datasets/protocols/job-protocol';
import { foldedProtocol, nameSystems } from './systems';

/** What is evaluated, and how. */
export interface SystemsToEvaluate {
  readonly runs: readonly FinishedRun[];
  readonly foreign?: readonly ForeignSystem[];
  readonly how: Pick<ReportDefinition, 'making' | 'floors' | 'floorRows' | 'commonSubset'>;
  readonly isSynthetic: (dataset: string) => boolean;
}

export interface EvaluatedSystems {
  readonly evaluated: readonly EvaluatedTarget[];
  readonly problems: Omitted;
  readonly commonSubset: NonNullable<ReportData['commonSubset']>;
}

/**
 * Floors, runs and imported scores on each of their targets, in this order. With imported scores every system is measured on the
 * samples that all of them have, unless the report says otherwise. What cannot be evaluated (no depth scores, a damaged file)
 * is named and the rest goes on.
 */
export async function evaluateSystems(
  project: Project,
  { runs, foreign = [], how, isSynthetic }: SystemsToEvaluate,
): Promise<EvaluatedSystems> {
  const { making, floors, floorRows, commonSubset = true } = how;
  // Floors and imported scores have no depth; they are judged by their one score whatever the report asks of networks.
  const plainMaking: Making = { ...making, score: 'classifier' };
  const evaluated: EvaluatedTarget[] = [];
  const problems: Omitted = [];
  const subset: CommonSubset = commonSubset ? await commonSubsetOf(project, foreign) : new Map();
  const kept = new Map<string, { samples: number; of: number }>();
  const shared = (source: ScoreSource) =>
    onCommonSubset(source, subset, (dataset, samples, of) => {
      // A system of one's own has the whole set; an imported one only what it brought.
      if ((kept.get(dataset)?.of ?? 0) < of) kept.set(dataset, { samples, of });
    });

  for (const kind of floors ? (floorRows ?? ['lbp']) : []) {
    const { name } = floorFacts[kind];
    const dataOf = ({ job, protocol }: FinishedRun) =>
      `${job.sources.join()}${protocol ? ` ${rulesHash(protocol)}` : ''}`;
    const combinations = new Map(runs.map((run) => [dataOf(run), run]));
    const familyOf = ({ protocol }: FinishedRun) => (protocol ? foldedProtocol(protocol.name) : '');
    const severalProtocols = new Set(runs.map(familyOf)).size > 1;
    for (const [data, run] of combinations) {
      const { job, protocol } = run;
      const source = job.sources;
      const tested = runs.filter((other) => dataOf(other) === data).flatMap(({ result }) => result.scores);
      const targets = [...new Set(tested.filter(({ set }) => set === 'test').map(({ dataset }) => dataset))];
      const title = severalProtocols && protocol ? `${name} (${familyOf(run)})` : name;
      const system = {
        run: null,
        system: title,
        preset: null,
        seed: null,
        source,
        // Under a protocol the scores are another set's, which kind and sources alone do not name.
        ...(protocol ? {} : { floor: kind }),
      };
      const scores = once(async () => shared(await floorScores(project, kind, source, targets, protocol)));
      await collect(`${name} on ${source.join('+')}`, scores, system, targets, plainMaking);
    }
  }
  const systems = nameSystems(runs);
  for (const run of runs) {
    const { id, preset, seed, sources } = run.job;
    const scores = shared(runScores(project, run, making.epoch));
    const system = { run: id, system: systems.get(id) ?? run.job.experiment, preset, seed, source: sources };
    await collect(id, () => Promise.resolve(scores), system, scores.targets, making);
  }
  const taken = new Set(evaluated.map(({ evaluation }) => evaluation.system));
  for (const imported of foreign) {
    const scores = shared(foreignScores(project, imported));
    const system = {
      run: null,
      system: foreignTitle(imported, taken),
      preset: null,
      seed: null,
      source: imported.sources,
      foreign: imported.name,
    };
    await collect(imported.name, () => Promise.resolve(scores), system, scores.targets, plainMaking);
  }
  return {
    evaluated,
    problems,
    commonSubset: [...kept].map(([dataset, counts]) => ({ dataset, set: 'test' as const, ...counts })),
  };

  async function collect(
    name: string,
    scores: () => Promise<ScoreSource>,
    system: EvaluatedSystem,
    targets: readonly string[],
    how: Making,
  ): Promise<void> {
    try {
      const found: EvaluatedTarget[] = [];
      for (const target of targets) {
        const one = await evaluateTarget(await scores(), system, target, how, isSynthetic);
        if (one) found.push(one);
      }
      evaluated.push(...found);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      problems.push({ run: name, reason: error.message });
    }
  }
}

/** An imported system's title, told apart from a run's of the same name. */
export function foreignTitle({ title }: ForeignSystem, taken: ReadonlySet<string>): string {
  return taken.has(title) ? `${title} (imported)` : title;
}

/** Does the work when it is first asked for, and gives the same answer afterwards. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= work());
}
