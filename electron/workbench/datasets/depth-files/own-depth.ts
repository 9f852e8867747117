import { join } from 'node:path';
import type { MediaItem } from '@shared/domain/media-item';
import { depthTargetFacts } from '@shared/domain/depth-target';
import { AppError } from '@shared/contract/errors';
import { isInFaceEllipse } from '@shared/metrics/depth-shape';
import { readImageSize } from '@workbench/images/decode';
import type { Project } from '@workbench/project/project';
import type { PreparedData, PreparedSampleRecord } from '../prepared-data';
import { datasetRoot, readItems } from '../store';
import { depthOverFace } from './depth-over-face';
import { DepthReader } from './depth-reader';
import { depthSources, type FindDepth, ownDepthOf } from './depth-source';

/** The depth that a dataset has of its own, over its prepared crops: drawn with them, or measured by a sensor. */
export class OwnDepth {
  private readonly reader = new DepthReader();

  private constructor(
    private readonly data: PreparedData,
    private readonly root: string,
    private readonly find: FindDepth,
    readonly kind: 'drawn' | 'measured',
  ) {}

  /** Null for a dataset without any. */
  static async of(project: Project, data: PreparedData): Promise<OwnDepth | null> {
    const kind = ownDepthOf(data.dataset, await readItems(project, data.dataset.id));
    if (kind === null) return null;
    return new OwnDepth(data, datasetRoot(project, data.dataset), await depthSources(project, data.dataset), kind);
  }

  /**
   * `[32, 32]` in [0, 1], nearest 1, background 0; null where nothing was measured, where its file cannot be read, and for
   * attacks without relief: a sheet of paper's depth, stretched to 0–1, would be noise.
   */
  async map({ item, row, sample }: PreparedSampleRecord): Promise<Float32Array<ArrayBuffer> | null> {
    const source = hasRelief(item) ? this.find(item) : null;
    if (!source) return null;
    const { depthSize } = this.data.info.recipe;
    try {
      const size =
        source.format === 'picture' || source.format === 'npy' ? await readImageSize(join(this.root, item.path)) : null;
      const field = await this.reader.read(source, size, item.frame, item.path);
      return depthOverFace(field, sample.region, depthSize, this.faceOf(item, row));
    } catch (error) {
      if (error instanceof AppError) return null;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.reader.close();
  }

  /** Where the face is: as the target tells, else where a centred face would be. */
  private faceOf(item: MediaItem, row: number): Float32Array {
    const { depthSize, depthTarget } = this.data.info.recipe;
    if (item.attackType === null && depthTargetFacts[depthTarget].showsFace)
      return Float32Array.from(this.data.depth(row), (value) => value / 255);
    return Float32Array.from({ length: depthSize * depthSize }, (_, cell) =>
      isInFaceEllipse((cell % depthSize) + 0.5, Math.floor(cell / depthSize) + 0.5, depthSize) ? 1 : 0,
    );
  }
}

/** Faces and masks stand out; paper and screens do not. */
const hasRelief = ({ attackType }: MediaItem) =>
  attackType === null || /^(mask|makeup|disguise)(\/|$)/.test(attackType);
