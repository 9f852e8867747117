import { z } from '@shared/zod';
import { DatasetId } from './names';

/** A sample of a prepared dataset: its line number in `items.jsonl`. */
export const SampleReference = z.strictObject({ dataset: DatasetId, index: z.int().nonnegative() });
export type SampleReference = z.infer<typeof SampleReference>;
