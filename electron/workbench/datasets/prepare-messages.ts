import { PreparationRecipe } from '@shared/domain/dataset';
import { Box } from '@shared/domain/media-item';
import { z } from '@shared/zod';
import type { ItemOutcome } from './prepared-writer';

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

export interface PrepareReply {
  readonly index: number;
  readonly outcome: ItemOutcome;
}
