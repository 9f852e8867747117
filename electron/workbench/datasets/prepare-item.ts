import { AppError } from '@shared/contract/errors';
import { FailureReason } from '@shared/domain/dataset';
import type { FacePipeline } from '@workbench/faces/pipeline';
import { ImagePyramid } from '@workbench/faces/region';
import { decodeImage } from '@workbench/images/decode';
import type { FrameSource } from '@workbench/video/frame-source';
import type { DepthReader } from './depth-files/depth-reader';
import { prepareClip } from './prepare-clip';
import type { ItemOutcome, PrepareRequest } from './prepare-messages';
import { preparePicture } from './prepare-picture';

export interface PrepareTools {
  readonly faces: FacePipeline;
  /** Opened when the first clip comes. */
  readonly frames: () => Promise<FrameSource>;
  readonly depth: DepthReader;
}

/**
 * Faces, crops and depth targets of one media item. Nothing a file can hold makes this throw: what cannot be used comes back
 * as a reason.
 */
export async function prepareItem(request: PrepareRequest, tools: PrepareTools): Promise<ItemOutcome> {
  try {
    if (request.kind === 'video') return await prepareClip(request, await tools.frames(), tools);
    const pyramid = new ImagePyramid(await decodeImage(request.path, request.name));
    const { box, eyes } = request;
    return await preparePicture(request, pyramid, box || eyes ? { box, eyes: eyes ?? null } : null, tools);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const reason = FailureReason.safeParse(error.data['reason']);
    return [{ ok: false, reason: reason.success ? reason.data : 'unreadable', message: error.message }];
  }
}
