import { z } from '@shared/zod';
import { AttackType, SetName } from './names';

/** A rectangle in pixels of the upright image: left, top, width, height. */
export const Box = z.tuple([z.number(), z.number(), z.number().positive(), z.number().positive()]);
export type Box = z.infer<typeof Box>;

export const Point = z.tuple([z.number(), z.number()]);
export type Point = z.infer<typeof Point>;

/**
 * A text file beside the dataset with one line a frame of a clip, numbers divided by commas or spaces, the frame's number
 * first: `eyes` x1 y1 x2 y2; `box` left top width height; `corners` left top right bottom, with eyes behind them or not.
 * `line-corners` has no number: its nth line is for the nth frame. `hdf5-eyes` is the clip's own HDF5 file, whose `Eye_Pos`
 * `[frames, 4]` holds the eyes.
 */
export const FrameTrack = z.strictObject({
  /** Relative to the dataset's root, forward slashes. */
  path: z.string().min(1),
  format: z.enum(['eyes', 'box', 'corners', 'line-corners', 'hdf5-eyes']),
});
export type FrameTrack = z.infer<typeof FrameTrack>;

/**
 * Depth that was measured together with a photograph or clip, over the same view: a grey picture (8 or 16 bits), a NumPy
 * array `[h, w]`, or the depth channel of the HDF5 recording itself. 0 means that nothing was measured there.
 */
export const DepthFile = z.strictObject({
  /** Relative to the dataset's root, forward slashes. */
  path: z.string().min(1),
  format: z.enum(['picture', 'npy', 'recording']),
  /** Which values are near: a sensor's distances are `low` there; `as-mesh` asks the face's mesh. */
  nearest: z.enum(['low', 'high', 'as-mesh']),
});
export type DepthFile = z.infer<typeof DepthFile>;

/** One photograph or clip of a dataset: a line of `items.jsonl`. */
export const MediaItem = z.strictObject({
  /** Stable: derived from the dataset and the path, so that re-import keeps it. */
  id: z.string().min(1),
  /** Relative to the dataset's root, forward slashes. */
  path: z.string().min(1),
  kind: z.enum(['image', 'video']),
  /** The person; null where the source does not tell (then every item counts as a person of its own). */
  subject: z.string().nullable(),
  session: z.string().nullable(),
  device: z.string().nullable(),
  /** The clip that a frame was taken from, or null. */
  videoId: z.string().nullable(),
  frame: z.int().nonnegative().nullable(),
  /** null = bona fide. */
  attackType: AttackType.nullable(),
  set: SetName,
  /** Given face box, preferred over detection. */
  box: Box.nullable(),
  /** Given centres of the eyes, in pixels of the upright image; preferred over a box. */
  eyes: z.tuple([Point, Point]).optional(),
  /** Given boxes or eyes of a clip's frames. */
  track: FrameTrack.optional(),
  /** Its own depth, where the dataset has any. */
  depth: DepthFile.optional(),
  /** What else the source tells: light, JPEG quality, colour temperature… */
  tags: z.record(z.string(), z.string()),
});
export type MediaItem = z.infer<typeof MediaItem>;

export function isBonaFide(item: Pick<MediaItem, 'attackType'>): boolean {
  return item.attackType === null;
}
