import { z } from '@shared/zod';
import type { Contract } from '../peer';
import { Nothing } from './references';

/** What decodes clips on this machine, and how that was decided. */
export const VideoDecoder = z.strictObject({
  kind: z.enum(['program', 'wasm']),
  /** Path of the program, or the package's name. */
  name: z.string(),
  from: z.enum(['configured', 'system', 'package', 'fallback']),
});
export type VideoDecoder = z.infer<typeof VideoDecoder>;

/** Video. Which program is run is not for the page to choose: it is set on the command line. */
export const videoChannels = {
  'video.decoder': { in: Nothing, out: VideoDecoder },
} as const satisfies Contract;
