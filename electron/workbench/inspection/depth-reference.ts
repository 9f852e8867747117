import type { ComparedWith } from '@shared/domain/depth-target';
import type { OwnDepth } from '@workbench/datasets/depth-files/own-depth';
import type { PreparedData, PreparedSampleRecord } from '@workbench/datasets/prepared-data';
import { depthOfBytes } from './depth-measures';

/** What a sample's predicted map is measured against, `[32, 32]` in [0, 1], and what that is. */
export interface Reference {
  readonly map: Float32Array<ArrayBuffer>;
  readonly is: ComparedWith;
}

/** @param own asked first, where it is given; a sample that it has nothing of is measured against its target */
export async function referenceOf(
  data: PreparedData,
  record: PreparedSampleRecord,
  own: OwnDepth | null,
): Promise<Reference> {
  const map = (await own?.map(record)) ?? null;
  if (own && map) return { map, is: own.kind };
  const is = record.item.attackType === null ? data.info.recipe.depthTarget : 'zeros';
  return { map: depthOfBytes(data.depth(record.row)), is };
}
