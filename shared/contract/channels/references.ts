import { z } from '@shared/zod';
import { DatasetId } from '@shared/domain/names';

/** The input or output of a channel that carries nothing. */
export const Nothing = z.strictObject({});

/** A sample of a prepared dataset: its line number in `items.jsonl` and, where a photograph has several faces, the face. */
export const SampleReference = z.strictObject({ dataset: DatasetId, index: z.int().nonnegative() });
export type SampleReference = z.infer<typeof SampleReference>;
