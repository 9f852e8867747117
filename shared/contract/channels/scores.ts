import { z } from '@shared/zod';
import { EvaluationAudit } from '@shared/domain/audit';
import { ForeignChoice, ForeignFit, ForeignSystem } from '@shared/domain/foreign-scores';
import { DatasetId, JobId, SlugName } from '@shared/domain/names';
import { AttackGrouping, FloorKind } from '@shared/domain/report';
import { EpochRule, ScoreKind, ScoreLevel } from '@shared/domain/scores';
import { ThresholdPolicy } from '@shared/domain/threshold-policy';
import type { Contract } from '../peer';
import { Nothing } from './references';

/** What rows have in common besides their class: a device, a session, a tag. `codes` point into `values`, −1 = none. */
export const ScoreFacet = z.strictObject({
  name: z.string(),
  title: z.string(),
  values: z.array(z.string()),
  codes: z.instanceof(Int32Array),
});
export type ScoreFacet = z.infer<typeof ScoreFacet>;

/** What each score belongs to; one entry a score. At a video level, the video's first frame. */
export const ScoreRows = z.strictObject({
  filenames: z.array(z.string()),
  videos: z.array(z.string()),
  subjects: z.array(z.string()),
  /** −1 where the file does not tell. */
  frames: z.instanceof(Int32Array),
  /** Line of the item in the dataset's `items.jsonl`, as samples are referred to; −1 where it is no longer there. */
  items: z.instanceof(Int32Array),
  /** Device, session and every tag with few values. */
  facets: z.array(ScoreFacet),
});
export type ScoreRows = z.infer<typeof ScoreRows>;

/** Scores of one system on one set, as typed columns; NaN = failure to acquire. */
export const ScoreColumns = z.strictObject({
  score: z.instanceof(Float64Array),
  attackTypes: z.array(z.string()),
  attackType: z.instanceof(Int32Array),
  /** By the policy asked for (a run's own unless one is named), at the same level. */
  threshold: z.number().nullable(),
  sha256: z.string(),
  rows: ScoreRows.optional(),
});
export type ScoreColumns = z.infer<typeof ScoreColumns>;

/** A score file of another program: a path that was chosen in a dialog, or what was dropped on the window. Exactly one. */
const GivenFile = z.strictObject({
  path: z.string().min(1).optional(),
  dropped: z.strictObject({ name: z.string().min(1), bytes: z.instanceof(Uint8Array) }).optional(),
});

/** Whose scores: a run's, a floor's on some sources, or imported ones. Exactly one. */
const system = {
  job: JobId.optional(),
  floor: z.strictObject({ kind: FloorKind, sources: z.array(DatasetId).min(1) }).optional(),
  foreign: SlugName.optional(),
};

/** Scores of runs, of floors, and of other programs. */
export const scoresChannels = {
  'scores.read': {
    in: z.strictObject({
      ...system,
      epoch: EpochRule,
      dataset: DatasetId,
      set: z.enum(['dev', 'test']),
      kind: ScoreKind,
      /** `frame` where nothing is said. */
      level: ScoreLevel.optional(),
      policy: ThresholdPolicy.optional(),
      /** Asks for what each score belongs to, too. */
      rows: z.boolean().optional(),
    }),
    out: ScoreColumns,
  },
  /** What levels, policies and other codes' rules make of the same scores of a system on a target. */
  'scores.audit': {
    in: z.strictObject({
      ...system,
      epoch: EpochRule,
      target: DatasetId,
      kind: ScoreKind,
      level: ScoreLevel,
      policy: ThresholdPolicy,
      grouping: AttackGrouping.optional(),
      /** The usual ones where nothing is said. */
      levels: z.array(ScoreLevel).optional(),
      policies: z.array(ThresholdPolicy).optional(),
    }),
    out: EvaluationAudit,
  },
  /** What a file of another program holds and how it fits a set, before it is taken in. */
  'scores.inspect': { in: z.strictObject({ file: GivenFile, choice: ForeignChoice }), out: ForeignFit },
  /** Takes it in; refused while the scores look inverted and nobody says which way round they are. */
  'scores.import': {
    in: z.strictObject({
      file: GivenFile,
      choice: ForeignChoice,
      name: SlugName,
      title: z.string().min(1).max(80).optional(),
      sources: z.array(DatasetId).optional(),
      note: z.string().max(400).optional(),
    }),
    out: z.strictObject({ system: ForeignSystem, fit: ForeignFit }),
  },
  'scores.foreign': { in: Nothing, out: z.array(ForeignSystem) },
  'scores.removeForeign': { in: z.strictObject({ name: SlugName }), out: Nothing },
} as const satisfies Contract;
