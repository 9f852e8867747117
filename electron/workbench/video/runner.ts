/** One call of FFmpeg on one file. */
export interface FfmpegCall {
  /** Absolute path of the clip. */
  readonly path: string;
  /** The command line, given how this FFmpeg names the file and its output. */
  readonly arguments: (input: string, output: string) => string[];
}

export interface RunningCall {
  /** What it writes to its output, as it comes; reading slowly makes it wait. */
  readonly output: AsyncIterable<Uint8Array>;
  /** Its exit code (null when it was stopped) and the end of its log; never rejects. */
  readonly ended: Promise<{ readonly code: number | null; readonly log: string }>;
  /** Ends it at once. */
  stop(): void;
}

/** Something that runs FFmpeg: a program on this machine, or its WebAssembly build. One call at a time. */
export interface FfmpegRunner {
  /** What decodes, for records and messages: the program's path, or `@ffmpeg/core`. */
  readonly name: string;
  start(call: FfmpegCall): RunningCall;
  close(): Promise<void>;
}

/** Characters of a log that are kept: its beginning tells the streams, its end the result. */
const keptLog = 16_384;

/** Keeps the first and the last part of a log, however much a broken file makes FFmpeg write. */
export class BoundedLog {
  private head = '';
  private tail = '';

  add(text: string): void {
    const room = keptLog - this.head.length;
    this.head += text.slice(0, Math.max(0, room));
    this.tail = (this.tail + text.slice(Math.max(0, room))).slice(-keptLog);
  }

  get text(): string {
    return `${this.head}\n${this.tail}`;
  }
}
