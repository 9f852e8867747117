import { AttackType, SetName } from '@shared/domain/names';
import { Box } from '@shared/domain/media-item';
import { z } from '@shared/zod';

/** One drawn picture: a line of `records.jsonl`. */
export const SynthesisRecord = z.strictObject({
  /** Relative to the output folder, forward slashes. */
  path: z.string().min(1),
  subject: z.string().min(1),
  set: SetName,
  /** null = bona fide. */
  attackType: AttackType.nullable(),
  /** Look of the camera, such as `O3`. */
  device: z.string().min(1),
  /** Face crop in pixels of the image. */
  box: Box,
  /** Kind and colour temperature of the light, JPEG quality of the camera. */
  tags: z.record(z.string(), z.string()),
  /** Names the random streams that the picture was drawn from. */
  seed: z.string(),
  /** Row of `true-depth.u8` (`[rows, 32, 32]`, 255 nearest, over the crop); null for attacks. */
  trueDepth: z.int().nonnegative().nullable(),
});
export type SynthesisRecord = z.infer<typeof SynthesisRecord>;
