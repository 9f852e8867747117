import { z } from '@shared/zod';

export const EngineName = z.enum(['wasm', 'webgpu', 'tensorflow']);
export type EngineName = z.infer<typeof EngineName>;

/** What a person asks for; `auto` is the fastest measured of those present. */
export const EngineChoice = z.enum(['auto', ...EngineName.options]);
export type EngineChoice = z.infer<typeof EngineChoice>;

/** What `compute.reproducible` promises: the same bits on every host, on the same device and driver, or nothing. */
export const Reproducibility = z.enum(['every-host', 'same-device', 'none']);
export type Reproducibility = z.infer<typeof Reproducibility>;

/** TensorFlow for the processor, or with CUDA. */
export const TensorFlowVariant = z.enum(['cpu', 'gpu']);
export type TensorFlowVariant = z.infer<typeof TensorFlowVariant>;

/** How far the installation of an engine is. */
export const InstallProgress = z.strictObject({
  phase: z.enum(['download', 'unpack', 'build', 'check']),
  /** What is worked on, for people. */
  detail: z.string(),
  /** Of the phase, in [0, 1]; null where nobody knows. */
  share: z.number().min(0).max(1).nullable(),
});
export type InstallProgress = z.infer<typeof InstallProgress>;

/** An engine that was installed, after its self-test passed. */
export const InstalledEngine = z.strictObject({
  name: EngineName,
  variant: TensorFlowVariant,
  version: z.string(),
  folder: z.string(),
  bytes: z.int().nonnegative(),
  selfTest: z.strictObject({ passed: z.boolean(), largestDifference: z.number() }),
});
export type InstalledEngine = z.infer<typeof InstalledEngine>;

/** A compute engine as a person sees it: there, or what is missing and how to add it. */
export const EngineInfo = z.strictObject({
  name: EngineName,
  title: z.string(),
  available: z.boolean(),
  /** Threads and instruction set, or what is missing and the one fix. */
  detail: z.string(),
  /** Of the last bench on this machine. */
  imagesPerSecond: z.number().nullable(),
  /** What computes, and which version of the engine; null where it is missing. */
  device: z.string().nullable(),
  version: z.string().nullable(),
  /** A graphics adapter emulated by the processor, never taken by `auto`. */
  software: z.boolean(),
  /** The device's own memory; null where it computes in the machine's. */
  memoryBytes: z.number().nullable(),
  /** Whether `auto` takes it now. */
  automatic: z.boolean(),
  reproducibility: Reproducibility,
  /** Null for what comes with Relief; else whether it lies installed, and its bytes on the disk. */
  installation: z.strictObject({ installed: z.boolean(), bytes: z.int().nonnegative() }).nullable().default(null),
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
