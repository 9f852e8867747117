import { z } from '@shared/zod';
import { AttackType, SetName } from './names';

/** A rectangle in pixels of the upright image: left, top, width, height. */
export const Box = z.tuple([z.number(), z.number(), z.number().positive(), z.number().positive()]);
export type Box = z.infer<typeof Box>;

/** One photograph or clip of a dataset: a line of `items.jsonl`. */
export const MediaItem = z.strictObject({
  /** Stable: derived from the dataset and the path, so that re-import keeps it. */
  id: z.string().min(1),
  /** Relative to the dataset's root, forward slashes. */
  path: z.string().min(1),
  kind: z.enum(['image', 'video']),
  /** The person; null where the source does not tell (then every item counts as a person of its own). */
  subject: z.string().nullable(),
  session: z.string().nullable(),
  device: z.string().nullable(),
  /** The clip that a frame was taken from, or null. */
  videoId: z.string().nullable(),
  frame: z.int().nonnegative().nullable(),
  /** null = bona fide. */
  attackType: AttackType.nullable(),
  set: SetName,
  /** Given face box, preferred over detection. */
  box: Box.nullable(),
  /** What else the source tells: light, JPEG quality, colour temperature… */
  tags: z.record(z.string(), z.string()),
});
export type MediaItem = z.infer<typeof MediaItem>;

export function isBonaFide(item: Pick<MediaItem, 'attackType'>): boolean {
  return item.attackType === null;
}
