import { FailureReason, PreparationRecipe, PreparedRow } from '@shared/domain/dataset';
import { Box } from '@shared/domain/media-item';
import { Bytes, z } from '@shared/zod';
import type { Heard } from '@workbench/project/worker-pool';

/** One media item to prepare, as handed to a worker. */
export const PrepareRequest = z.strictObject({
  /** Position of the item in its dataset; comes back with the outcome. */
  index: z.int().nonnegative(),
  /** Absolute path of the image. */
  path: z.string(),
  /** How messages call it: relative to the dataset's root. */
  name: z.string(),
  box: Box.nullable(),
  bonaFide: z.boolean(),
  largestOnly: z.boolean(),
  recipe: PreparationRecipe,
});
export type PrepareRequest = z.infer<typeof PrepareRequest>;

/** One face of an item, ready for the shards. */
export const PreparedFace = z.strictObject({
  /** `[size, size, 3]` RGB. */
  crop: Bytes,
  /** `[size, size]`, nearest 255, background 0. */
  depth: Bytes,
  row: PreparedRow.options[0].omit({ ok: true, item: true, face: true, row: true }),
});
export type PreparedFace = z.infer<typeof PreparedFace>;

/** What preparing one media item gave: its faces, or why there is none. */
export const ItemOutcome = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), faces: z.array(PreparedFace) }),
  z.strictObject({ ok: z.literal(false), reason: FailureReason, message: z.string() }),
]);
export type ItemOutcome = z.infer<typeof ItemOutcome>;

/** A worker's answer to a {@link PrepareRequest}. */
export const PrepareReply = z.strictObject({ index: z.int().nonnegative(), outcome: ItemOutcome });
export type PrepareReply = z.infer<typeof PrepareReply>;

export function readReply(message: unknown): Heard<ItemOutcome> {
  return { result: PrepareReply.parse(message).outcome };
}
