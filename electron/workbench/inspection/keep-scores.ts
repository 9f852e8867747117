import { stringify } from 'csv-stringify/sync';
import type { DepthRanking } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import { type DepthScoreRule, describeRule, scoresByRule } from '@shared/domain/depth-score';
import { readItems } from '@workbench/datasets/store';
import { importForeign } from '@workbench/evaluation/foreign/store';
import { jobFolder } from '@workbench/jobs/job-folder';
import type { Project } from '@workbench/project/project';

export interface KeptScores {
  readonly name: string;
  readonly files: readonly { readonly dataset: string; readonly set: 'dev' | 'test'; readonly samples: number }[];
}

export interface ScoresToKeep {
  readonly job: string;
  readonly rule: DepthScoreRule;
  /** Short name of the system in reports. */
  readonly name: string;
  readonly title?: string | undefined;
}

/**
 * Writes a rule's scores of a run as a system that reports can show: dev and test of every source and target, in the place of
 * imported scores, with the rule and the run in its note.
 * @param rank measures a set through the run
 * @throws AppError `invalid` for a run that is no training or without a classifier to mix in, `bad-request` for a name that is none
 */
export async function keepScores(
  project: Project,
  { job: id, rule, name, title }: ScoresToKeep,
  rank: (dataset: string, set: 'dev' | 'test') => Promise<DepthRanking>,
): Promise<KeptScores> {
  const job = await jobFolder(project, id).job();
  if (job.kind !== 'train')
    throw new AppError('invalid', `${id} is no training run, so it has no scores.`, { job: id });
  const files: { dataset: string; set: 'dev' | 'test'; samples: number }[] = [];
  for (const dataset of new Set([...job.sources, ...job.targets])) {
    const items = await readItems(project, dataset);
    for (const set of ['dev', 'test'] as const) {
      if (!items.some((item) => item.set === set)) continue;
      const ranking = await rank(dataset, set);
      if (rule.classifierShare > 0 && !ranking.score)
        throw new AppError('invalid', `${id} has no classifier yet; take a classifier share of 0.`, { job: id });
      const scores = scoresByRule(rule, ranking);
      const rows = Array.from(ranking.index, (index, row) => {
        const item = items[index];
        return [item?.path ?? '', item?.frame ?? '', String(scores[row])];
      });
      await importForeign(
        project,
        { name: `${name}.csv`, bytes: new TextEncoder().encode(stringify([['file', 'frame', 'score'], ...rows])) },
        {
          ...{ dataset, set, name, sources: job.sources, format: 'csv', join: 'file', polarity: 'higher-is-bona-fide' },
          columns: { score: 'score', file: 'file', frame: 'frame' },
          title: title ?? `${job.name}, ${describeRule(rule)}`,
          note: `${describeRule(rule)} of run ${id} at epoch ${String(ranking.epoch)}`,
        },
      );
      files.push({ dataset, set, samples: rows.length });
    }
  }
  return { name, files };
}
