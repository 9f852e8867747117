import type { ScoreColumns, WorkbenchContract } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import type { Implementation } from '@shared/contract/peer';
import type { EpochRule, ScoreKind } from '@shared/domain/scores';
import { parseThresholdPolicy } from '@shared/domain/threshold-policy';
import { chooseThreshold } from '@shared/metrics/evaluate';
import { scoreSetOf, sortScores } from '@shared/metrics/score-set';
import { columnsAt } from '@workbench/evaluation/evaluate-files';
import { readFinishedRun, runScores, type FinishedRun, type ScoreSource } from '@workbench/evaluation/finished-run';
import type { ScoreFile } from '@workbench/evaluation/score-file';
import type { Project } from '@workbench/project/project';
import type { Workbench } from './workbench';

/** `scores.read`: the scores of a run on a set, for histograms and the threshold explorer. */
export function scoreChannels(workbench: Workbench): Pick<Implementation<WorkbenchContract>, 'scores.read'> {
  return {
    'scores.read': ({ job, epoch, dataset, set, kind }) =>
      readScores(workbench.current().project, { job, epoch, dataset, set, kind }),
  };
}

interface Wanted {
  readonly job: string;
  readonly epoch: EpochRule;
  readonly dataset: string;
  readonly set: 'dev' | 'test';
  readonly kind: ScoreKind;
}

async function readScores(project: Project, { job, epoch, dataset, set, kind }: Wanted): Promise<ScoreColumns> {
  const run = await readFinishedRun(project, job);
  const source = runScores(project, run, epoch);
  const placed = await source.read(dataset, set);
  if (!placed)
    throw new AppError('not-found', `${job} has no ${epoch} scores of the ${set} set of ${dataset}.`, { job, dataset });
  const columns = columnsAt([placed.file], { score: kind, level: 'frame' });
  const attackTypes = [...new Set(columns.attackTypes)].filter((type) => type !== '').sort();
  return {
    score: Float64Array.from(columns.scores),
    attackTypes,
    attackType: Int32Array.from(columns.attackTypes, (type) => attackTypes.indexOf(type)),
    threshold: await thresholdOf(run, source, dataset, kind),
    sha256: placed.file.sha256,
  };
}

/** By the run's own policy, from the set that the policy names. */
async function thresholdOf(
  run: FinishedRun,
  source: ScoreSource,
  dataset: string,
  kind: ScoreKind,
): Promise<number | null> {
  const policy = run.config.evaluation.threshold;
  const parts = parseThresholdPolicy(policy);
  if (parts.kind === 'fixed') return parts.value;
  const devOf = parts.set === 'target-dev' ? [dataset] : run.job.sources;
  const sorted = async (ids: readonly string[], set: 'dev' | 'test') => {
    const files = (await Promise.all(ids.map((id) => source.read(id, set)))).flatMap((placed): ScoreFile[] =>
      placed ? [placed.file] : [],
    );
    return files.length === 0 ? null : sortScores(scoreSetOf(columnsAt(files, { score: kind, level: 'frame' })));
  };
  const test = await sorted([dataset], 'test');
  if (!test) return null;
  return chooseThreshold(policy, { dev: await sorted(devOf, 'dev'), test }).value;
}
