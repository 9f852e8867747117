/** The part of @ffmpeg/core (FFmpeg built by Emscripten) that Relief uses; the package brings no types. */
declare module '@ffmpeg/core' {
  interface StreamOperations {
    read(stream: unknown, buffer: Int8Array, offset: number, length: number, position: number): number;
    write(stream: unknown, buffer: Int8Array, offset: number, length: number, position: number): number;
  }
  interface FileNode {
    stream_ops: StreamOperations;
  }
  interface FfmpegCore {
    readonly FS: {
      writeFile(path: string, contents: Uint8Array): void;
      unlink(path: string): void;
      lookupPath(path: string): { readonly node: FileNode };
    };
    setLogger(logger: (entry: { readonly message: string }) => void): void;
    /** Runs the command to its end and gives its exit code. */
    exec(...args: string[]): number;
    reset(): void;
  }
  export default function createCore(options: { wasmBinary: Uint8Array }): Promise<FfmpegCore>;
}
