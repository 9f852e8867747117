import { onScopeDispose, shallowRef, type ShallowRef } from 'vue';
import { largestPicture } from '@shared/contract/channels';

/** A picture, clip or camera that belongs to no dataset. */
export type OutsideSource =
  | { readonly kind: 'picture'; readonly name: string; readonly url: string; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'clip'; readonly name: string; readonly url: string }
  | { readonly kind: 'camera'; readonly name: string; readonly stream: MediaStream };

/** Why a source cannot be taken, in words for the person. */
export class SourceRefused extends Error {}

const pictureTypes = new Set(['image/jpeg', 'image/png', 'image/webp']);

/** Holds the one source that is shown; a former one is let go (its blob freed, its camera switched off). */
export function useOutsideSource(): {
  source: Readonly<ShallowRef<OutsideSource | null>>;
  takeFile: (file: File) => Promise<void>;
  openCamera: () => Promise<void>;
  close: () => void;
} {
  const source = shallowRef<OutsideSource | null>(null);

  function close(): void {
    const held = source.value;
    source.value = null;
    if (held?.kind === 'camera') for (const track of held.stream.getTracks()) track.stop();
    else if (held) URL.revokeObjectURL(held.url);
  }

  async function takeFile(file: File): Promise<void> {
    if (pictureTypes.has(file.type)) {
      if (file.size > largestPicture) throw new SourceRefused(`${file.name} is larger than 64 MiB.`);
      const bytes = new Uint8Array(await file.arrayBuffer());
      close();
      source.value = { kind: 'picture', name: file.name, url: URL.createObjectURL(file), bytes };
    } else if (file.type.startsWith('video/')) {
      close();
      source.value = { kind: 'clip', name: file.name, url: URL.createObjectURL(file) };
    } else throw new SourceRefused(`${file.name} is neither a JPEG, PNG or WebP picture nor a clip.`);
  }

  async function openCamera(): Promise<void> {
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        video: { width: { ideal: 640 }, height: { ideal: 480 } },
        audio: false,
      });
    } catch (reason) {
      throw new SourceRefused(cameraProblem(reason));
    }
    close();
    const [track] = stream.getVideoTracks();
    source.value = { kind: 'camera', name: track?.label ?? 'Camera', stream };
  }

  onScopeDispose(close);
  return { source, takeFile, openCamera, close };
}

function cameraProblem(reason: unknown): string {
  const name = reason instanceof DOMException ? reason.name : '';
  if (name === 'NotAllowedError') return 'The camera was not allowed. Press Camera again to be asked again.';
  if (name === 'NotFoundError') return 'No camera was found. Connect one and press Camera again.';
  if (name === 'NotReadableError') return 'The camera is in use by another program. Close that and press Camera again.';
  return `The camera cannot be opened: ${reason instanceof Error ? reason.message : String(reason)}`;
}
