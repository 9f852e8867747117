import type { ScoreColumns, WorkbenchContract } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import type { Implementation } from '@shared/contract/peer';
import type { EpochRule, ScoreKind, ScoreLevel } from '@shared/domain/scores';
import { parseThresholdPolicy } from '@shared/domain/threshold-policy';
import { chooseThreshold } from '@shared/metrics/evaluate';
import { scoreSetOf, sortScores } from '@shared/metrics/score-set';
import { auditSystem } from '@workbench/evaluation/audit-system';
import { columnsAt } from '@workbench/evaluation/evaluate-files';
import { type EvaluationSets, setsFor } from '@workbench/evaluation/evaluate-source';
import type { ScoreFile } from '@workbench/evaluation/score-file';
import {
  type GivenFile,
  importForeign,
  inspectForeign,
  listForeign,
  readForeignFile,
  removeForeign,
} from '@workbench/evaluation/foreign/store';
import { openSystemScores, type SystemReference } from '@workbench/evaluation/system-scores';
import { scoreRows } from './score-rows';
import type { OpenProject, Workbench } from './workbench';

type Channels =
  'scores.read' | 'scores.audit' | 'scores.inspect' | 'scores.import' | 'scores.foreign' | 'scores.removeForeign';

/** `scores.*`: a system's scores for histograms, explorer, breakdowns and galleries; scores of other programs. */
export function scoreChannels(workbench: Workbench): Pick<Implementation<WorkbenchContract>, Channels> {
  const given = (file: { path?: string | undefined; dropped?: GivenFile | undefined }) =>
    readGiven(file, (path) => {
      workbench.options.grants.check(path);
    });
  const changed = () => {
    workbench.changes.send({ what: 'reports' });
  };
  return {
    'scores.read': (wanted) => readScores(workbench.current(), wanted),
    'scores.audit': (wanted) => auditSystem(workbench.current().project, wanted),
    'scores.inspect': async ({ file, choice }) =>
      inspectForeign(workbench.current().project, await given(file), choice),
    'scores.import': async ({ file, choice, ...names }) => {
      const answer = await importForeign(workbench.current().project, await given(file), { ...choice, ...names });
      changed();
      return answer;
    },
    'scores.foreign': () => listForeign(workbench.current().project),
    'scores.removeForeign': async ({ name }) => {
      await removeForeign(workbench.current().project, name);
      changed();
      return {};
    },
  };
}

async function readGiven(
  { path, dropped }: { path?: string | undefined; dropped?: GivenFile | undefined },
  check: (path: string) => void,
): Promise<GivenFile> {
  if (dropped && path === undefined) return dropped;
  if (path === undefined || dropped) throw new AppError('bad-request', 'Give a path or a dropped file, one of them.');
  check(path);
  return readForeignFile(path);
}

interface Wanted extends SystemReference {
  readonly epoch: EpochRule;
  readonly dataset: string;
  readonly set: 'dev' | 'test';
  readonly kind: ScoreKind;
  readonly level?: ScoreLevel | undefined;
  readonly policy?: string | undefined;
  readonly rows?: boolean | undefined;
}

async function readScores(open: OpenProject, wanted: Wanted): Promise<ScoreColumns> {
  const { dataset, set, kind, level = 'frame' } = wanted;
  const { name, source, scores, policy } = await openSystemScores(open.project, wanted, wanted.epoch, dataset);
  const placed = await scores.read(dataset, set);
  if (!placed)
    throw new AppError('not-found', `${name} has no ${wanted.epoch} scores of the ${set} set of ${dataset}.`, {
      dataset,
    });
  const how = { score: kind, level, policy: wanted.policy ?? policy };
  const sets = await setsFor(scores, source, dataset, parseThresholdPolicy(how.policy));
  // Where part of the test set stands in for a missing dev set, the rest is what is measured.
  const file = set === 'test' && sets ? sets.test : placed.file;
  const columns = columnsAt([file], how);
  const attackTypes = [...new Set(columns.attackTypes)].filter((type) => type !== '').sort();
  const codes = new Map(attackTypes.map((type, code) => [type, code]));
  return {
    score: Float64Array.from(columns.scores),
    attackTypes,
    attackType: Int32Array.from(columns.attackTypes, (type) => codes.get(type) ?? -1),
    threshold: sets && thresholdOf(sets, how),
    sha256: placed.file.sha256,
    ...(wanted.rows ? { rows: await scoreRows(open, dataset, file, kind, level) } : {}),
  };
}

function thresholdOf(
  { dev, test }: EvaluationSets,
  how: { readonly score: ScoreKind; readonly level: ScoreLevel; readonly policy: string },
): number | null {
  const sorted = (files: readonly ScoreFile[]) => sortScores(scoreSetOf(columnsAt(files, how)));
  return chooseThreshold(how.policy, { dev: dev.length === 0 ? null : sorted(dev), test: sorted([test]) }).value;
}
