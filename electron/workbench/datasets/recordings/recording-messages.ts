import { Bytes, Floats, z } from '@shared/zod';

/** What is asked of the thread that opens HDF5 files: the shape, and the frames named. */
export const RecordingRequest = z.strictObject({
  path: z.string(),
  /** Frames by number; `all-eyes` asks for the eye points of every frame and for no picture. */
  frames: z.union([z.array(z.int().nonnegative()), z.literal('all-eyes')]),
  /** The depth of the frames in place of their pictures. */
  depth: z.boolean().optional(),
});
export type RecordingRequest = z.infer<typeof RecordingRequest>;

export const RecordingAnswer = z.discriminatedUnion('ok', [
  z.strictObject({
    ok: z.literal(true),
    /** Number of frames, and their size in pixels. */
    frames: z.int().nonnegative(),
    width: z.int().positive(),
    height: z.int().positive(),
    /** `[height, width, 3]` of each frame that was asked for, in that order. */
    pictures: z.array(Bytes),
    /** `[height, width]` of each frame whose depth was asked for, in the recording's own unit; empty without asking. */
    depths: z.array(Floats),
    /** Eye points `x, y, x, y` of each frame that was asked for (the subject's right eye first); empty without any. */
    eyes: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])),
  }),
  z.strictObject({ ok: z.literal(false), why: z.string() }),
]);
export type RecordingAnswer = z.infer<typeof RecordingAnswer>;
