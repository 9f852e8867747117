import { MapMethod } from '@shared/contract/channels';
import { ShardInfo } from '@shared/domain/dataset';
import { Floats, z } from '@shared/zod';

/** Crops to lay out: of each dataset, where its shards lie and which rows. */
export const MapRequest = z.strictObject({
  method: MapMethod,
  parts: z.array(
    z.strictObject({
      folder: z.string(),
      layout: ShardInfo.pick({ recipe: true, samples: true, rowsPerShard: true }),
      rows: z.array(z.int().nonnegative()),
    }),
  ),
});
export type MapRequest = z.infer<typeof MapRequest>;

export const MapReply = z.discriminatedUnion('ok', [
  z.strictObject({
    ok: z.literal(true),
    x: Floats,
    y: Floats,
    explained: z.tuple([z.number(), z.number()]).nullable(),
  }),
  z.strictObject({ ok: z.literal(false), message: z.string() }),
]);
export type MapReply = z.infer<typeof MapReply>;
