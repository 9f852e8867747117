import { maximumPixels } from '@workbench/images/decode';
import { type Container, demuxers } from './container';

/** Largest single piece of memory that the decoder may take, in bytes. */
const largestAllocation = 768 * 1024 * 1024;
/** More frames than this that follow no step are picked from the stream rather than by the filter. */
const mostTerms = 60;

/** What every call says first: bounds, one thread, this container and no other, files only. */
function inputArguments(container: Container, input: string): string[] {
  return [
    ...['-hide_banner', '-nostdin', '-max_alloc', String(largestAllocation)],
    ...['-threads', '1', '-max_pixels', String(maximumPixels), '-probesize', '5000000', '-analyzeduration', '5000000'],
    ...['-f', demuxers[container], '-i', input],
  ];
}

/** Counts the packets of the first video stream without decoding them; stream and rotation stand in the log. */
export function probeArguments(container: Container, input: string): string[] {
  return [...inputArguments(container, input), '-map', '0:v:0', '-c', 'copy', '-f', 'null', '-'];
}

/** Frames to write, and which of the frames that come out are wanted. */
export interface FrameSelection {
  readonly filter: string;
  /** Frames that come out at most. */
  readonly count: number;
  /** The number of the nth frame that comes out. */
  readonly numberOf: (position: number) => number;
}

/** @param frames ascending, not empty */
export function selectFrames(frames: readonly number[]): FrameSelection {
  const first = frames[0] ?? 0;
  const last = frames.at(-1) ?? first;
  const step = (frames[1] ?? first + 1) - first;
  if (frames.every((frame, index) => frame === first + index * step))
    return {
      filter: `select='between(n,${first},${last})*not(mod(n-${first},${step}))'`,
      count: frames.length,
      numberOf: (position) => first + position * step,
    };
  if (frames.length > mostTerms)
    return {
      filter: `select='between(n,${first},${last})'`,
      count: last - first + 1,
      numberOf: (position) => first + position,
    };
  return {
    filter: `select='${frames.map((frame) => `eq(n,${frame})`).join('+')}'`,
    count: frames.length,
    numberOf: (position) => frames[position] ?? -1,
  };
}

/** Writes the selected frames, upright, as one stream of binary pixmaps (each with its size in front). */
export function frameArguments(
  container: Container,
  input: string,
  { filter, count }: FrameSelection,
  output: string,
): string[] {
  return [
    ...inputArguments(container, input),
    ...['-map', '0:v:0', '-an', '-sn', '-dn', '-vf', filter, '-vsync', '0', '-frames:v', String(count)],
    ...['-sws_flags', 'bicubic+accurate_rnd+full_chroma_int', '-pix_fmt', 'rgb24'],
    ...['-c:v', 'ppm', '-f', 'image2pipe', '-y', output],
  ];
}
