import type { AppError } from '@shared/contract/errors';
import type { RgbImage } from '@workbench/images/rgb-image';
import { type Container, readContainer } from './container';
import { frameArguments, probeArguments, selectFrames } from './ffmpeg-arguments';
import { PixmapStream } from './pixmap-stream';
import type { FfmpegCall, FfmpegRunner, RunningCall } from './runner';
import { videoError } from './video-error';
import { readVideoInfo, type VideoInfo } from './video-info';

export interface VideoFrame {
  /** Number of the frame in the clip, from 0. */
  readonly frame: number;
  readonly image: RgbImage;
}

export interface TimeLimits {
  /** Seconds without a byte after which a call is given up. */
  readonly stall: number;
  /** Seconds that a whole call may make its reader wait. */
  readonly total: number;
}
const defaultLimits: TimeLimits = { stall: 30, total: 300 };

/** Reads frames out of clips. What a file holds can make it refuse, but neither hang nor fill the memory. */
export interface FrameSource {
  /** What decodes: for records. */
  readonly decoder: string;
  /**
   * Size, length and rotation of a clip.
   * @param name how messages call the file; the path itself unless given
   * @throws AppError with `data: { file, reason: VideoFailure }`
   */
  info(path: string, name?: string): Promise<VideoInfo>;
  /**
   * Frames by number, upright RGB, ascending; a number past the clip's end is left out. Leaving the loop early stops the
   * decoder.
   * @throws AppError as {@link info}
   */
  frames(path: string, wanted: readonly number[], name?: string): AsyncGenerator<VideoFrame>;
  close(): Promise<void>;
}

export function createFrameSource(runner: FfmpegRunner, limits: TimeLimits = defaultLimits): FrameSource {
  return {
    decoder: runner.name,
    async info(path, name = path) {
      const container = await readContainer(path, name);
      const watched = watch(runner, limits, {
        path,
        arguments: (input) => probeArguments(container, input),
      });
      await drain(watched.pieces); // A count writes nothing.
      const { code, log } = await watched.running.ended;
      if (watched.timedOut()) throw tooSlow(name);
      const info = readVideoInfo(log, container);
      if (!info) throw refusal(name, container, code, log);
      if (info.frames === 0) throw videoError(name, 'corrupt', 'holds no frame that can be read');
      return info;
    },
    async *frames(path, wanted, name = path) {
      const ascending = [...new Set(wanted)].sort((a, b) => a - b);
      if (ascending.length === 0) return;
      const container = await readContainer(path, name);
      const selection = selectFrames(ascending);
      const isWanted = new Set(ascending);
      const watched = watch(runner, limits, {
        path,
        arguments: (input, output) => frameArguments(container, input, selection, output),
      });
      const stream = new PixmapStream();
      let position = 0;
      try {
        for await (const piece of watched.pieces)
          for (const image of picturesIn(stream, piece, name)) {
            const frame = selection.numberOf(position++);
            if (isWanted.has(frame)) yield { frame, image };
          }
      } finally {
        watched.running.stop();
      }
      const { code, log } = await watched.running.ended;
      if (watched.timedOut()) throw tooSlow(name);
      if (position === 0 && code !== 0) throw refusal(name, container, code, log);
    },
    close: () => runner.close(),
  };
}

async function drain(pieces: AsyncGenerator): Promise<void> {
  for (let step = await pieces.next(); step.done !== true; step = await pieces.next());
}

function picturesIn(stream: PixmapStream, piece: Uint8Array, name: string): RgbImage[] {
  try {
    return stream.take(piece);
  } catch (error) {
    throw videoError(name, 'corrupt', `cannot be decoded (${error instanceof Error ? error.message : ''})`);
  }
}

/** A call whose pieces come in time or not at all. */
function watch(runner: FfmpegRunner, limits: TimeLimits, call: FfmpegCall) {
  const running = runner.start(call);
  let timedOut = false;
  return { running, timedOut: () => timedOut, pieces: inTime(running, limits, () => (timedOut = true)) };
}

async function* inTime(running: RunningCall, limits: TimeLimits, onLate: () => void): AsyncGenerator<Uint8Array> {
  const pieces = running.output[Symbol.asyncIterator]();
  let waited = 0;
  for (;;) {
    const started = performance.now();
    const seconds = Math.min(limits.stall, limits.total - waited);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, 1000 * Math.max(0, seconds), 'late');
    });
    let next: IteratorResult<Uint8Array> | 'late';
    try {
      next = await Promise.race([pieces.next(), late]);
    } catch {
      return; // A stream that was cut off; the exit code tells the rest.
    } finally {
      clearTimeout(timer);
    }
    waited += (performance.now() - started) / 1000;
    if (next === 'late') {
      onLate();
      running.stop();
      return;
    }
    if (next.done === true) return;
    yield next.value;
  }
}

function tooSlow(name: string): AppError {
  return videoError(name, 'timed-out', 'takes too long to decode; it is damaged, or far too large');
}

function refusal(name: string, container: Container, code: number | null, log: string): AppError {
  const said = log
    .split('\n')
    .map((line) => line.replace(/^\[[^\]]*\]\s*/, '').trim())
    .filter((line) =>
      /invalid|error|not found|could not|unsupported|moov|truncat|no such|matches no|does not contain/i.test(line),
    )
    .filter((line) => !line.startsWith('Conversion failed'));
  const why = said.at(-1)?.replace(/^.*?: (?=\S)/, '') ?? `the decoder ended with ${String(code)}`;
  if (/picture size \d+x\d+ (is invalid|exceeds)/i.test(log))
    return videoError(name, 'too-large', 'says that its frames are too large');
  return videoError(name, 'corrupt', `cannot be decoded as ${container.toUpperCase()} (${why})`);
}
