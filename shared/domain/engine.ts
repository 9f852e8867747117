import { z } from '@shared/zod';

/** A compute engine as a person sees it: there, or what is missing and how to add it. */
export const EngineInfo = z.strictObject({
  name: z.enum(['wasm', 'webgpu', 'tensorflow']),
  title: z.string(),
  available: z.boolean(),
  /** Threads and instruction set, or what is missing and the one fix. */
  detail: z.string(),
  /** Of the last bench on this machine. */
  imagesPerSecond: z.number().nullable(),
});
export type EngineInfo = z.infer<typeof EngineInfo>;

export const BenchResult = z.strictObject({
  model: z.string(),
  phase: z.string(),
  size: z.int(),
  batch: z.int(),
  threads: z.int(),
  build: z.string(),
  imagesPerSecond: z.number(),
  gflops: z.number(),
  /** gflops over the one-thread peak of a packed 4×8 tile, measured in the same bench, times threads. */
  shareOfPeak: z.number(),
  peakBytes: z.number(),
});

/** What `relief engine bench --json` prints. */
export const BenchReport = z.strictObject({
  engines: z.array(
    z.strictObject({
      name: z.string(),
      device: z.string(),
      version: z.string(),
      selfTest: z.strictObject({ passed: z.boolean(), largestDifference: z.number() }),
      results: z.array(BenchResult),
    }),
  ),
});
export type BenchReport = z.infer<typeof BenchReport>;
