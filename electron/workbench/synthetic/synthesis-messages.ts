import { errorCodes } from '@shared/contract/errors';
import { Bytes, z } from '@shared/zod';
import { SynthesisRecord } from './record';

/** What a synthesis worker answers to a `SubjectTask`: `image` after every picture, then `done` or `failed`. */
export const WorkerReply = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('image') }),
  z.strictObject({
    kind: z.literal('done'),
    records: z.array(SynthesisRecord),
    trueDepth: Bytes,
  }),
  z.strictObject({
    kind: z.literal('failed'),
    /** Null for a bug. */
    code: z.enum(errorCodes).nullable(),
    message: z.string(),
  }),
]);
export type WorkerReply = z.infer<typeof WorkerReply>;
