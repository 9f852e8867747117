import { SlurmSettings, SlurmStatus } from '@shared/domain/slurm';
import { z } from '@shared/zod';
import type { Contract } from '../peer';
import { Nothing } from './references';

/**
 * Slurm. What a node runs before a job (`setup`) is not for the page to choose: it is set on the command line, and stays as
 * it is whatever is saved here.
 */
export const slurmChannels = {
  'slurm.status': { in: Nothing, out: SlurmStatus },
  'slurm.save': { in: z.strictObject({ settings: SlurmSettings }), out: SlurmSettings },
} as const satisfies Contract;
