import type { VideoDecoder, WorkbenchContract } from '@shared/contract/channels';
import type { Implementation } from '@shared/contract/peer';
import { chooseDecoder, nameOfDecoder } from '@workbench/video/decoder';

/** `video.*`. */
export function videoChannels(): Pick<Implementation<WorkbenchContract>, 'video.decoder'> {
  return { 'video.decoder': () => describeDecoder() };
}

/** @throws AppError `not-found` when a configured program does not run */
export async function describeDecoder(): Promise<VideoDecoder> {
  const choice = await chooseDecoder();
  return { kind: choice.kind, name: nameOfDecoder(choice), from: choice.from };
}
