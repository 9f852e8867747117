import { chooseDecoder, runnerOf } from './decoder';
import { createFrameSource, type FrameSource } from './video-reader';

export type { FrameSource, VideoFrame } from './video-reader';
export type { VideoInfo } from './video-info';
export { hasVideoName, videoExtensions } from './container';

/** A frame source on the best decoder of this machine. */
export async function openFrameSource(): Promise<FrameSource> {
  return createFrameSource(runnerOf(await chooseDecoder()));
}
