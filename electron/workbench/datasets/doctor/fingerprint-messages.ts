import { Bytes, z } from '@shared/zod';
import type { Heard } from '@workbench/project/worker-pool';

/** A file to take the fingerprint of. */
export const FingerprintRequest = z.strictObject({
  index: z.int().nonnegative(),
  path: z.string(),
  /** How messages call it. */
  name: z.string(),
  kind: z.enum(['image', 'video']),
});
export type FingerprintRequest = z.infer<typeof FingerprintRequest>;

export const FingerprintReply = z.strictObject({
  index: z.int().nonnegative(),
  verdict: z.enum(['good', 'corrupt', 'missing']),
  size: z.number(),
  time: z.number(),
  content: Bytes,
  perceived: z.strictObject({ hash: Bytes, thumb: Bytes }).nullable(),
  /** Pixels of a picture or frame; null where it cannot be read. */
  pixels: z.strictObject({ width: z.int(), height: z.int() }).nullable(),
  message: z.string().nullable(),
});
export type FingerprintReply = z.infer<typeof FingerprintReply>;

export function readFingerprint(message: unknown): Heard<FingerprintReply> {
  return { result: FingerprintReply.parse(message) };
}
