import { stringify } from 'csv-stringify/sync';
import type { DepthRanking } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import { type DepthScoreRule, describeRule, scoresByRule } from '@shared/domain/depth-score';
import { divisionOf } from '@workbench/datasets/protocols/division';
import { readJobProtocol } from '@workbench/datasets/protocols/job-protocol';
import { readItems } from '@workbench/datasets/store';
import { importForeign, listForeign } from '@workbench/evaluation/foreign/store';
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
 * @throws AppError `invalid` for a run that is no training or without a classifier to mix in, `bad-request` for a name that is
 *   none, `conflict` for the name of other scores
 */
export async function keepScores(
  project: Project,
  { job: id, rule, name, title }: ScoresToKeep,
  rank: (dataset: string, set: 'dev' | 'test') => Promise<DepthRanking>,
): Promise<KeptScores> {
  const job = await jobFolder(project, id).job();
  if (job.kind !== 'train')
    throw new AppError('invalid', `${id} is no training run, so it has no scores.`, { job: id });
  const protocol = await readJobProtocol(jobFolder(project, id).path);
  const made = `${describeRule(rule)} of run ${id}`;
  await refuseOthersName(project, name, made);
  const files: { dataset: string; set: 'dev' | 'test'; samples: number }[] = [];
  for (const dataset of new Set([...job.sources, ...job.targets])) {
    const items = await readItems(project, dataset);
    const sets = protocol ? divisionOf(protocol, dataset, items).sets : items.map((item) => item.set);
    for (const set of ['dev', 'test'] as const) {
      if (!sets.includes(set)) continue;
      const ranking = await rank(dataset, set);
      if (rule.classifierShare > 0 && !ranking.score)
        throw new AppError('invalid', `${id} has no classifier yet; take a classifier share of 0.`, { job: id });
      const scores = scoresByRule(rule, ranking);
      const rows = Array.from(ranking.index, (index, row) => {
        const item = items[index];
        if (!item) throw new RangeError(`${dataset} has no item ${String(index)}`);
        return [item.path, item.frame ?? '', String(scores[row])];
      });
      await importForeign(
        project,
        { name: `${name}.csv`, bytes: new TextEncoder().encode(stringify([['file', 'frame', 'score'], ...rows])) },
        {
          ...{ dataset, set, name, sources: job.sources, format: 'csv', join: 'file', polarity: 'higher-is-bona-fide' },
          columns: { score: 'score', file: 'file', frame: 'frame' },
          title: title ?? `${job.name}, ${describeRule(rule)}`,
          note: `${made} at ${ranking.epoch === 'last' ? 'its last checkpoint' : `epoch ${String(ranking.epoch)}`}`,
        },
      );
      files.push({ dataset, set, samples: rows.length });
    }
  }
  return { name, files };
}

/** Scores of the same making are written anew; those of another system are not written over. */
async function refuseOthersName(project: Project, name: string, made: string): Promise<void> {
  const held = (await listForeign(project)).find((system) => system.name === name);
  if (held && !held.note.startsWith(`${made} at `))
    throw new AppError(
      'conflict',
      `There are scores "${name}" already (${held.title}). Choose another name, or remove them.`,
      {
        scores: name,
      },
    );
}
