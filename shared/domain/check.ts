import { z } from '@shared/zod';
import { FindingSeverity, Licence, SetCounts } from './dataset';
import { Evidence } from './leak';
import { DatasetId, SetName, Timestamp } from './names';

/** What a check may find. */
export const CheckKind = z.enum([
  'counts',
  'missing',
  'corrupt',
  'copies',
  'label-conflict',
  'clip-twice',
  'near-duplicates',
  'leak-subject',
  'leak-session',
  'leak-video',
  'leak-copy',
  'leak-near-duplicate',
  'across-copies',
  'across-near-duplicates',
  'polarity-names',
  'polarity-sets',
  'polarity-datasets',
  'depth-scale',
  'depth-constant',
  'depth-attack',
  'depth-unaligned',
  'prepared-damaged',
  'shortcut',
  'release',
  'licence',
  'few-subjects',
  'not-searched',
]);
export type CheckKind = z.infer<typeof CheckKind>;

export const CheckFinding = z.strictObject({
  /** From what it says of which items: the same finding has the same id in every check. */
  id: z.string().min(1),
  kind: CheckKind,
  severity: FindingSeverity,
  /** Those it is about; the first one keeps it. */
  datasets: z.array(DatasetId).min(1),
  message: z.string().min(1),
  /** What to do about it. */
  advice: z.string().min(1),
  /** Items it concerns; 0 where it is about the whole. */
  items: z.int().nonnegative(),
  /** Some of them, the first ones. */
  evidence: z.array(Evidence),
});
export type CheckFinding = z.infer<typeof CheckFinding>;

export const ProbeName = z.enum(['colour', 'border', 'spectrum', 'lbp', 'resolution', 'bytes', 'metadata']);
export type ProbeName = z.infer<typeof ProbeName>;

/** How well something trivial tells bona fide from attacks. */
export const ShortcutResult = z.strictObject({
  probe: ProbeName,
  title: z.string(),
  /** Area under the ROC of scores of people whom the probe was not fitted on; null where it cannot be measured. */
  auc: z.number().min(0).max(1).nullable(),
  /** 95 %, bootstrap over subjects. */
  interval: z.tuple([z.number(), z.number()]).nullable(),
  /** AUC above which it counts as a shortcut; null for floors, which live on what a network lives on. */
  bound: z.number().nullable(),
});
export type ShortcutResult = z.infer<typeof ShortcutResult>;

export const ShortcutAudit = z.strictObject({
  samples: z.int().nonnegative(),
  subjects: z.int().nonnegative(),
  results: z.array(ShortcutResult),
  /** Why there is no number. */
  note: z.string().nullable(),
});
export type ShortcutAudit = z.infer<typeof ShortcutAudit>;

/** How many samples a class really has: those of one person, or near copies, say little more than one does. */
export const EffectiveSize = z.strictObject({
  items: z.int().nonnegative(),
  /** With near copies counted once. */
  distinct: z.int().nonnegative(),
  subjects: z.int().nonnegative(),
  /** Intraclass correlation of a probe's scores within subjects; null where it was not measured. */
  correlation: z.number().nullable(),
  /** Independent samples that would carry as much: items / (1 + (items a subject − 1) · correlation). */
  effective: z.number().nullable(),
});
export type EffectiveSize = z.infer<typeof EffectiveSize>;

const Tally = z.record(z.string(), z.int().nonnegative());

/** What a dataset is, in numbers. */
export const DatasetCard = z.strictObject({
  items: z.int().nonnegative(),
  images: z.int().nonnegative(),
  clips: z.int().nonnegative(),
  /** Named persons. */
  subjects: z.int().nonnegative(),
  itemsWithoutSubject: z.int().nonnegative(),
  /** Clips, and clips that frames were taken from. */
  videos: z.int().nonnegative(),
  attackTypes: Tally,
  devices: Tally,
  sessions: Tally,
  sets: z.partialRecord(SetName, SetCounts.extend({ subjects: z.int().nonnegative() })),
  licence: Licence.nullable(),
  /** Which release of a public dataset the counts are. */
  release: z.string().nullable(),
  size: z.strictObject({ bonaFide: EffectiveSize, attack: EffectiveSize }),
});
export type DatasetCard = z.infer<typeof DatasetCard>;

/** `datasets/<id>/check.json`: what the last check found. */
export const DatasetCheck = z.strictObject({
  formatVersion: z.literal(1),
  dataset: DatasetId,
  checkedAt: Timestamp,
  relief: z.string(),
  /** State of the dataset when it was checked. */
  list: z.string(),
  /** Files that were looked into. */
  files: z.int().nonnegative(),
  card: DatasetCard,
  shortcuts: ShortcutAudit,
  findings: z.array(CheckFinding),
});
export type DatasetCheck = z.infer<typeof DatasetCheck>;

/** A line of `marks.jsonl`: a person has looked at a finding and says why it may stand; `reason` null takes that back. */
export const Acknowledgement = z.strictObject({
  kind: z.literal('acknowledge'),
  finding: z.string().min(1),
  reason: z.string().trim().min(1).max(400).nullable(),
  time: Timestamp,
});
export type Acknowledgement = z.infer<typeof Acknowledgement>;

/** A finding with what a person said to it. */
export const JudgedFinding = CheckFinding.extend({
  acknowledged: z.strictObject({ reason: z.string(), time: Timestamp }).nullable(),
});
export type JudgedFinding = z.infer<typeof JudgedFinding>;

/** The last check of a dataset as it is shown. */
export const JudgedCheck = DatasetCheck.extend({
  findings: z.array(JudgedFinding),
  /** The dataset has changed since. */
  stale: z.boolean(),
});
export type JudgedCheck = z.infer<typeof JudgedCheck>;

/** Findings of a severity that nobody has acknowledged. */
export function openFindings(checks: readonly JudgedCheck[], severity: z.infer<typeof FindingSeverity>): number {
  return checks.reduce(
    (sum, { findings }) =>
      sum + findings.filter((finding) => finding.severity === severity && !finding.acknowledged).length,
    0,
  );
}
