import { z } from '@shared/zod';

/** What is tried before a launch, in this order. */
export const preflightSteps = [
  'data',
  'folder',
  'disk',
  'engine',
  'stage-1',
  'stage-2',
  'dev',
  'checkpoint',
  'memory',
] as const;
export const PreflightStep = z.enum(preflightSteps);
export type PreflightStep = z.infer<typeof PreflightStep>;

export const preflightTitles: Readonly<Record<PreflightStep, string>> = {
  data: 'Datasets',
  folder: 'Project folder',
  disk: 'Disk',
  engine: 'Engine',
  'stage-1': 'Stage 1 batch',
  'stage-2': 'Stage 2 batch',
  dev: 'Dev batch',
  checkpoint: 'Checkpoint',
  memory: 'Memory',
};

/** How one step went; a `failed` one would have ended the runs. */
export const PreflightCheck = z.strictObject({
  step: PreflightStep,
  state: z.enum(['ok', 'warning', 'failed']),
  message: z.string(),
});
export type PreflightCheck = z.infer<typeof PreflightCheck>;

/** What the launch takes, from steps that were timed. */
export const PreflightEstimate = z.strictObject({
  runs: z.int().positive(),
  /** Of the longest run. */
  secondsPerRun: z.number().nonnegative(),
  /** Of all runs, one after the other; a stage 1 that runs share is counted once. */
  seconds: z.number().nonnegative(),
  bytesPerRun: z.number().nonnegative(),
  bytes: z.number().nonnegative(),
  /** Resident memory of the process at its height. */
  memoryBytes: z.number().nonnegative(),
  /** In stage 1, where there is one. */
  imagesPerSecond: z.number().nonnegative(),
});
export type PreflightEstimate = z.infer<typeof PreflightEstimate>;

/** What a preflight tells as it goes: what it tries, how that went, and at its end whether the runs may be queued. */
export const PreflightNews = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('trying'), step: PreflightStep }),
  z.strictObject({ type: z.literal('check'), check: PreflightCheck }),
  z.strictObject({
    type: z.literal('end'),
    ok: z.boolean(),
    seconds: z.number().nonnegative(),
    /** Null where something failed before it could be known. */
    estimate: PreflightEstimate.nullable(),
  }),
]);
export type PreflightNews = z.infer<typeof PreflightNews>;
