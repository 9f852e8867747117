import { Bytes, Floats, z } from '@shared/zod';
import { PrepareRequest } from './prepare-messages';

/** One picture to look at by a recipe: an item, and of a clip which frame. */
export const PreviewRequest = PrepareRequest.extend({ frame: z.int().nonnegative().nullable() });
export type PreviewRequest = z.infer<typeof PreviewRequest>;

export const PreviewReply = z.strictObject({
  /** `[cropSize, cropSize, 3]` RGB; null where there is no face. */
  crop: Bytes.nullable(),
  /** `[468, 3]` in crop pixels; null without a mesh. */
  mesh: Floats.nullable(),
  depth: Bytes.nullable(),
  failure: z.string().nullable(),
});
export type PreviewReply = z.infer<typeof PreviewReply>;
