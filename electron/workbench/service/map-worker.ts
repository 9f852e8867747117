import { parentPort } from 'node:worker_threads';
import { AppError } from '@shared/contract/errors';
import { ShardReader } from '@workbench/datasets/shard-reader';
import { createImage } from '@workbench/images/rgb-image';
import { colourProbe } from '@workbench/probes/colour-probe';
import { lbpProbe } from '@workbench/probes/lbp-probe';
import { asProbeCrop } from '@workbench/probes/pixels';
import { layOutNeighbours } from '@workbench/probes/neighbour-map';
import { projectToPlane } from '@workbench/probes/projection';
import { type MapReply, MapRequest } from './map-messages';

// A thread that lays crops out in a plane by their colours and textures.

const probes = [colourProbe, lbpProbe];
const length = probes.reduce((sum, probe) => sum + probe.length, 0);

parentPort?.on('message', (message: unknown) => {
  parentPort?.postMessage(layOut(MapRequest.parse(message)) satisfies MapReply);
});

function layOut({ parts, method }: MapRequest): MapReply {
  const features = new Float32Array(length * parts.reduce((sum, { rows }) => sum + rows.length, 0));
  let at = 0;
  try {
    for (const { folder, layout, rows } of parts) {
      const shards = new ShardReader(folder, layout);
      const side = layout.recipe.cropSize;
      for (const row of rows) {
        const crop = asProbeCrop(createImage(side, side, shards.crop(row)));
        for (const probe of probes) {
          features.set(probe.measure(crop), at);
          at += probe.length;
        }
      }
      shards.close();
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ok: false, message: error.message };
  }
  const near = method === 'umap' ? layOutNeighbours(features, length) : null;
  if (near) return { ok: true, ...near, explained: null };
  const { x, y, explained } = projectToPlane(features, length);
  return { ok: true, x, y, explained: [...explained] };
}
