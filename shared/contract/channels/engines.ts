import { z } from '@shared/zod';
import { BenchReport, EngineInfo, InstalledEngine, InstallProgress, TensorFlowVariant } from '@shared/domain/engine';
import type { Contract } from '../peer';
import { Nothing } from './references';

/** What an installation tells: how far it is, and at its end what there is now. */
export const InstallNews = z.discriminatedUnion('kind', [
  InstallProgress.extend({ kind: z.literal('progress') }),
  InstalledEngine.extend({ kind: z.literal('installed') }),
]);
export type InstallNews = z.infer<typeof InstallNews>;

/** Compute engines. */
export const enginesChannels = {
  'engines.list': { in: Nothing, out: z.array(EngineInfo) },
  'engines.bench': { in: Nothing, out: BenchReport },
  /** Installs TensorFlow; ending the stream before its end stops it. `from` null has the user's pip fetch it. */
  'engines.install': {
    in: z.strictObject({ variant: TensorFlowVariant, from: z.string().min(1).nullable() }),
    item: InstallNews,
  },
  'engines.remove': { in: Nothing, out: z.strictObject({ removed: z.boolean(), bytes: z.int().nonnegative() }) },
} as const satisfies Contract;
