import { Bytes, z } from '@shared/zod';

/** A call as the FFmpeg worker gets it. */
export const WorkerCall = z.strictObject({
  path: z.string(),
  arguments: z.array(z.string()),
  /** Bytes of output that may still be sent before they are read: one Int32, shared, waited on. */
  credit: z.instanceof(SharedArrayBuffer),
});
export type WorkerCall = z.infer<typeof WorkerCall>;

export const WorkerNews = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('output'), bytes: Bytes }),
  z.strictObject({ kind: z.literal('log'), text: z.string() }),
  z.strictObject({ kind: z.literal('end'), code: z.int() }),
]);
export type WorkerNews = z.infer<typeof WorkerNews>;

/** Names of the clip and of the output inside the WebAssembly file system. */
export const insideNames = { input: '/input', output: '/output' } as const;
/** Output that may wait to be read, in bytes. */
export const outputCredit = 32 * 1024 * 1024;
