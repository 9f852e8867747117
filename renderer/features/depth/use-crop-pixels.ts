import { shallowRef, type ShallowRef, watch } from 'vue';
import type { SampleReference } from '@shared/contract/channels';
import { useClient } from '../../api/client';
import { isCancelled } from '../../api/reading-errors';
import { useSettings } from '../../stores/settings';
import { useToasts } from '../../stores/toasts';

/** The RGB crop of a sample as pixels, so that the probe can read them; null until it has arrived. */
export function useCropPixels(sample: () => SampleReference | null): Readonly<ShallowRef<ImageData | null>> {
  const client = useClient();
  const toasts = useToasts();
  const settings = useSettings();
  const pixels = shallowRef<ImageData | null>(null);
  let reading = new AbortController();

  async function read(wanted: SampleReference, signal: AbortSignal): Promise<void> {
    try {
      const { bytes, type } = await client['media.read']({ kind: 'crop', ...wanted, size: 128 }, signal);
      const bitmap = await createImageBitmap(new Blob([bytes.slice()], { type }));
      if (signal.aborted) return;
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext('2d');
      if (!context) return;
      if (settings.blurFaces) context.filter = `blur(${String(bitmap.width / 12)}px)`;
      context.drawImage(bitmap, 0, 0);
      pixels.value = context.getImageData(0, 0, bitmap.width, bitmap.height);
    } catch (reason) {
      if (!signal.aborted && !isCancelled(reason)) toasts.fail('The crop cannot be read', reason);
    }
  }
  watch(
    [sample, () => settings.blurFaces] as const,
    ([wanted]) => {
      reading.abort();
      reading = new AbortController();
      if (wanted) void read(wanted, reading.signal);
      else pixels.value = null;
    },
    { immediate: true },
  );
  return pixels;
}
