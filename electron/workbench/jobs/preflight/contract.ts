import type { Contract } from '@shared/contract/peer';
import { LaunchOptions } from '@shared/domain/experiment';
import { PreflightNews } from '@shared/domain/preflight';
import { z } from '@shared/zod';

/** What the preflight process is asked for: it tries one launch and ends. */
export const preflightContract = {
  run: {
    in: z.strictObject({ project: z.string(), text: z.string(), launch: LaunchOptions }),
    item: PreflightNews,
  },
} as const satisfies Contract;
