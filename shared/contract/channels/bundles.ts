import { z } from '@shared/zod';
import { ReportDefinition } from '@shared/domain/report';
import type { Contract } from '../peer';

/** Reviewer bundles: what is behind a report, without a face, and what makes its tables again. */
export const bundlesChannels = {
  'bundles.write': {
    in: z.strictObject({ definition: ReportDefinition, folder: z.string().min(1) }),
    out: z.strictObject({
      folder: z.string(),
      files: z.array(z.string()),
      bytes: z.int().nonnegative(),
      command: z.string(),
    }),
  },
} as const satisfies Contract;
