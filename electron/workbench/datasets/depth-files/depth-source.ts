import { join } from 'node:path';
import { type Dataset, defaultRecipe } from '@shared/domain/dataset';
import { DepthFile, type MediaItem } from '@shared/domain/media-item';
import { z } from '@shared/zod';
import { readLines } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { SynthesisRecord } from '@workbench/synthetic/record';
import { synthesisFiles } from '@workbench/synthetic/synthesize-domain';
import { regionOfBox } from '../given-faces';
import { datasetRoot } from '../store';

/** Where the depth of one item lies, with its absolute path: a file of its own, or a row of what was drawn with a domain. */
export const DepthSource = z.discriminatedUnion('format', [
  DepthFile.extend({ format: z.literal('picture') }),
  DepthFile.extend({ format: z.literal('npy') }),
  DepthFile.extend({ format: z.literal('recording') }),
  z.strictObject({
    format: z.literal('drawn'),
    path: z.string(),
    row: z.int().nonnegative(),
    /** The part of the picture that the row covers. */
    covers: z.strictObject({ left: z.number(), top: z.number(), width: z.number(), height: z.number() }),
  }),
]);
export type DepthSource = z.infer<typeof DepthSource>;

/** The depth of an item, or null where it has none. */
export type FindDepth = (item: MediaItem) => DepthSource | null;

/** How the items of a dataset find their own depth: measured with the picture, or drawn with it. */
export async function depthSources(project: Project, dataset: Dataset): Promise<FindDepth> {
  const root = datasetRoot(project, dataset);
  if (dataset.origin.kind !== 'synthetic')
    return ({ depth }) => (depth ? DepthSource.parse({ ...depth, path: join(root, depth.path) }) : null);
  const records = await readLines(join(root, synthesisFiles.records), SynthesisRecord);
  const rows = new Map(records.flatMap(({ path, trueDepth }) => (trueDepth === null ? [] : [[path, trueDepth]])));
  return ({ path, box }) => {
    const row = rows.get(path);
    if (row === undefined || box === null) return null;
    // What is drawn covers the crop of the default recipe.
    const { centreX, centreY, side } = regionOfBox(box, defaultRecipe.cropScale);
    return {
      format: 'drawn',
      path: join(root, synthesisFiles.trueDepth),
      row,
      covers: { left: centreX - side / 2, top: centreY - side / 2, width: side, height: side },
    };
  };
}

/** What kind of depth a dataset has of its own; null where no item has any. */
export function ownDepthOf(dataset: Dataset, items: readonly MediaItem[]): 'drawn' | 'measured' | null {
  if (dataset.origin.kind === 'synthetic') return 'drawn';
  return items.some(({ depth }) => depth !== undefined) ? 'measured' : null;
}
