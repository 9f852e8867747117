import type { ClipFacts, SampleReference } from '@shared/contract/channels';
import { mostClipBytes } from '@shared/contract/channels';
import type { WorkbenchClient } from '../../../api/client';

/** A clip that is decoded in the window. */
export interface WindowClip {
  /** Draws the picture that is shown at a time, in seconds from the clip's start. @returns null behind its end */
  readonly at: (seconds: number) => Promise<CanvasImageSource | null>;
  readonly width: number;
  readonly height: number;
  readonly close: () => void;
}

/** Containers that the window can take apart; AVI and recordings it cannot. */
const readable = new Set(['mp4', 'mov', 'webm', 'mkv']);

/**
 * Opens a clip for being gone through: its bytes come from the workbench as they are needed, the pictures are decoded here.
 * @returns null where this window cannot decode it; the workbench then decodes frame by frame
 */
export async function openClip(
  client: WorkbenchClient,
  reference: SampleReference,
  { container, bytes }: ClipFacts,
): Promise<WindowClip | null> {
  if (!readable.has(container) || typeof VideoDecoder === 'undefined') return null;
  const { CanvasSink, CustomSource, Input, MATROSKA, MP4, QTFF, WEBM } = await import('mediabunny');
  const source = new CustomSource({
    getSize: () => bytes,
    read: async (start, end) => {
      const parts: Uint8Array[] = [];
      for (let from = start; from < end; from += mostClipBytes) {
        const part = await client['media.bytes']({ ...reference, from, length: Math.min(mostClipBytes, end - from) });
        parts.push(part.bytes);
      }
      return joined(parts, end - start);
    },
  });
  const input = new Input({ source, formats: [MP4, QTFF, WEBM, MATROSKA] });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (!track || !(await track.canDecode())) {
      input.dispose();
      return null;
    }
    const first = await track.getFirstTimestamp();
    const [width, height] = [await track.getDisplayWidth(), await track.getDisplayHeight()];
    const sink = new CanvasSink(track, { poolSize: 2 });
    return {
      at: async (seconds) => (await sink.getCanvas(first + seconds))?.canvas ?? null,
      width,
      height,
      close: () => {
        input.dispose();
      },
    };
  } catch {
    input.dispose();
    return null; // Damaged, or of a kind that it only seemed to be: the workbench says so frame by frame.
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole.subarray(0, at);
}
