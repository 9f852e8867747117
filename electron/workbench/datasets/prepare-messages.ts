import { FailureReason, PreparationRecipe, PreparedRow } from '@shared/domain/dataset';
import { EngineName } from '@shared/domain/engine';
import { Box, MediaItem } from '@shared/domain/media-item';
import { Bytes, z } from '@shared/zod';
import type { Heard } from '@workbench/project/worker-pool';
import { DepthSource } from './depth-files/depth-source';

/** What a worker is told at its start: the engine of its face models. */
export const PrepareWorkerData = z.strictObject({ engine: EngineName });
export type PrepareWorkerData = z.infer<typeof PrepareWorkerData>;

/** One media item to prepare, as handed to a worker. */
export const PrepareRequest = z.strictObject({
  /** Position of the item in its dataset; comes back with the outcome. */
  index: z.int().nonnegative(),
  kind: MediaItem.shape.kind,
  /** Absolute path of the image or clip. */
  path: z.string(),
  /** How messages call it: relative to the dataset's root. */
  name: z.string(),
  box: Box.nullable(),
  eyes: MediaItem.shape.eyes,
  /** With its absolute path. */
  track: MediaItem.shape.track,
  /** The item's own depth; null where it has none, or the recipe does not ask for it. */
  depth: DepthSource.nullable(),
  bonaFide: z.boolean(),
  largestOnly: z.boolean(),
  recipe: PreparationRecipe,
});
export type PrepareRequest = z.infer<typeof PrepareRequest>;

const [Sample, Failure] = PreparedRow.options;

/** One face of an item, ready for the shards. */
export const PreparedFace = z.strictObject({
  ok: z.literal(true),
  /** `[size, size, 3]` RGB. */
  crop: Bytes,
  /** `[size, size]`, nearest 255, background 0. */
  depth: Bytes,
  row: Sample.omit({ ok: true, item: true, row: true }),
});
export type PreparedFace = z.infer<typeof PreparedFace>;

/** Why an item, or a frame of it, has no face. */
export const PreparedFailure = Failure.omit({ item: true }).extend({ reason: FailureReason });
export type PreparedFailure = z.infer<typeof PreparedFailure>;

/** What preparing one media item gave, in the order of its frames: faces, and reasons where there is none. */
export const ItemOutcome = z.array(z.discriminatedUnion('ok', [PreparedFace, PreparedFailure])).min(1);
export type ItemOutcome = z.infer<typeof ItemOutcome>;

/** A worker's answer to a {@link PrepareRequest}. */
export const PrepareReply = z.strictObject({ index: z.int().nonnegative(), outcome: ItemOutcome });
export type PrepareReply = z.infer<typeof PrepareReply>;

export function readReply(message: unknown): Heard<ItemOutcome> {
  return { result: PrepareReply.parse(message).outcome };
}
