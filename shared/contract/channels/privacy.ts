import { z } from '@shared/zod';
import { Erasure, ErasurePlan } from '@shared/domain/erasure';
import { DatasetId } from '@shared/domain/names';
import type { Contract } from '../peer';

const Who = z.strictObject({ dataset: DatasetId, subject: z.string().min(1) });

/** Erasing people from a project. */
export const privacyChannels = {
  /** What would go and what would stay; changes nothing. */
  'privacy.plan': { in: Who, out: ErasurePlan },
  'privacy.erase': { in: Who, out: Erasure },
} as const satisfies Contract;
