import { errorCodes } from '@shared/contract/errors';
import { DatasetId } from '@shared/domain/names';
import { Protocol } from '@shared/domain/protocol';
import { FloorKind } from '@shared/domain/report';
import { z } from '@shared/zod';

/** What the floor worker is asked for: score files of some datasets, in a folder of the project. */
export const FloorRequest = z.strictObject({
  project: z.string(),
  kind: FloorKind,
  /** Fitted on their training sets; empty for floors that learn nothing. */
  sources: z.array(DatasetId),
  /** Datasets whose dev and test sets are scored. */
  datasets: z.array(DatasetId),
  /** Relative to the project. */
  folder: z.string(),
  /** What divides the datasets; their own sets unless given. */
  protocol: Protocol.optional(),
});
export type FloorRequest = z.infer<typeof FloorRequest>;

export const FloorReply = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true) }),
  z.strictObject({ ok: z.literal(false), code: z.enum(errorCodes).nullable(), message: z.string() }),
]);
export type FloorReply = z.infer<typeof FloorReply>;

/** Name of a floor's score file, relative to its folder. */
export function floorFile(dataset: string, set: 'dev' | 'test'): string {
  return `${dataset}.${set}.csv`;
}
