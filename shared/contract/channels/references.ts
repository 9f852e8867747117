import { z } from '@shared/zod';

/** The input or output of a channel that carries nothing. */
export const Nothing = z.strictObject({});

export { SampleReference } from '@shared/domain/sample-reference';
