import type { Container } from './container';

export interface VideoInfo {
  /** `hdf5` for a recording that needs no decoder. */
  readonly container: Container | 'hdf5';
  /** FFmpeg's name of the codec: `h264`, `mpeg4`, `mjpeg`… */
  readonly codec: string;
  /** Of the upright picture, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Degrees by which the file asks to turn its pictures clockwise: 0, 90, 180 or 270. */
  readonly rotation: number;
  /** Pictures that the first video stream holds. */
  readonly frames: number;
  /** Null where the file does not say. */
  readonly framesPerSecond: number | null;
}

/**
 * What FFmpeg's log tells about a file that it counted.
 * @returns undefined when it found no video stream
 */
export function readVideoInfo(log: string, container: Container): VideoInfo | undefined {
  const input = /^Input #0[^]*?(?=^Output #0|^Stream mapping|(?![^]))/m.exec(log)?.[0] ?? '';
  const stream = /^\s*Stream #0:\d+.*?: Video: (\w+).*$/m.exec(input);
  const [line = '', codec = ''] = stream ?? [];
  const size = / (\d{1,5})x(\d{1,5})[ ,[]/.exec(`${line} `);
  if (!stream || !size) return undefined;
  const rotation = rotationOf(input);
  const [width, height] = [Number(size[1]), Number(size[2])];
  const lying = rotation === 90 || rotation === 270;
  const rate = /, ([\d.]+)(k?) fps/.exec(line);
  return {
    container,
    codec,
    width: lying ? height : width,
    height: lying ? width : height,
    rotation,
    frames: Number([...log.matchAll(/frame=\s*(\d+)/g)].at(-1)?.[1] ?? 0),
    framesPerSecond: rate ? Number(rate[1]) * (rate[2] === 'k' ? 1000 : 1) : null,
  };
}

/** The display matrix turns anticlockwise; old files carry a tag that turns clockwise instead. */
function rotationOf(input: string): number {
  const matrix = /displaymatrix: rotation of (-?[\d.]+) degrees/.exec(input)?.[1];
  const tag = /^\s+rotate\s*: (-?\d+)/m.exec(input)?.[1];
  const clockwise = matrix !== undefined ? -Number(matrix) : Number(tag ?? 0);
  return (((Math.round(clockwise / 90) * 90) % 360) + 360) % 360;
}
