import { errorCodes } from '@shared/contract/errors';
import { z } from '@shared/zod';

/** Asks a batch thread for a batch, in the buffer that travels along. */
export const FillRequest = z.object({
  ordinal: z.int().nonnegative(),
  samples: z.instanceof(Int32Array),
  buffer: z.instanceof(ArrayBuffer),
});
export type FillRequest = z.infer<typeof FillRequest>;

/** What a batch thread answers: the buffer filled, or why not. */
export const FillReply = z.union([
  z.object({ ordinal: z.int(), buffer: z.instanceof(ArrayBuffer) }),
  z.object({ ordinal: z.int(), code: z.enum(errorCodes).nullable(), message: z.string() }),
]);
export type FillReply = z.infer<typeof FillReply>;
