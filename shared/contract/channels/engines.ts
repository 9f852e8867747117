import { z } from '@shared/zod';
import { BenchReport, EngineInfo } from '@shared/domain/engine';
import type { Contract } from '../peer';
import { Nothing } from './references';

/** Compute engines. */
export const enginesChannels = {
  'engines.list': { in: Nothing, out: z.array(EngineInfo) },
  'engines.bench': { in: Nothing, out: BenchReport },
} as const satisfies Contract;
