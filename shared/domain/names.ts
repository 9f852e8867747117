import { z } from '@shared/zod';

/** Version of every file Relief writes into a project. A newer one is refused, an older one is migrated. */
export const formatVersion = 1;

/** Names that become file and folder names: letters, digits, dot, dash, underscore; starts with a letter or digit. */
export const SlugName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'use letters, digits, ".", "-" and "_", starting with a letter or digit');

export const DatasetId = SlugName;
export type DatasetId = z.infer<typeof DatasetId>;

/** Several datasets in one word: `RCM` for one-letter domains, `CASIA+Replay` otherwise. */
export function datasetList(ids: readonly string[]): string {
  return ids.join(ids.every((id) => id.length === 1) ? '' : '+');
}

/** What a dataset's name says besides its id: `R, webcam` → `webcam`; empty when it says no more. */
export function nameBesideId(id: string, name: string): string {
  return name.startsWith(id) ? name.slice(id.length).replace(/^[\s,:]+/, '') : name;
}

/** A job's folder name: number, dash, slug. */
export const JobId = z.string().regex(/^\d{4,}-[A-Za-z0-9._-]+$/, 'a job id looks like 0012-pretrain-gan-O-s1');
export type JobId = z.infer<typeof JobId>;

export const setNames = ['train', 'dev', 'test'] as const;
export const SetName = z.enum(setNames);
export type SetName = z.infer<typeof SetName>;

/** ISO 8601 in UTC. */
export const Timestamp = z.iso.datetime();

/** What `type` a value lies under: "print", "print/1", "replay/phone"; bona fide has none. */
export const AttackType = z
  .string()
  .min(1)
  .regex(/^[^\s,/][^\s,]*$/, 'an attack type has no blanks or commas');
