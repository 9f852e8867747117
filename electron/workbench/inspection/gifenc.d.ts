declare module 'gifenc' {
  interface FrameOptions {
    /** RGB triples; of the first frame, the palette of all. */
    readonly palette?: readonly (readonly [number, number, number])[];
    /** Milliseconds. */
    readonly delay?: number;
    /** Times to play again; 0 for ever. */
    readonly repeat?: number;
  }
  export function GIFEncoder(): {
    writeFrame(indices: Uint8Array, width: number, height: number, options?: FrameOptions): void;
    finish(): void;
    bytes(): Uint8Array;
  };
}
