import { shallowRef, triggerRef } from 'vue';
import type { SampleReference } from '@shared/contract/channels';
import { useClient } from '../../api/client';
import { useToasts } from '../../stores/toasts';

const largestCall = 500;
/** Maps kept; the oldest are dropped first. 4 kB each. */
const kept = 4000;

const keyOf = ({ dataset, index }: SampleReference) => `${dataset}/${index}`;

/** Depth targets of the tiles in sight, asked for in one call a frame. */
export function useDepthTargets() {
  const client = useClient();
  const toasts = useToasts();
  const maps = shallowRef(new Map<string, Float32Array>());
  const wanted = new Map<string, SampleReference>();
  let scheduled = false;

  function ask(samples: readonly SampleReference[]): void {
    for (const sample of samples) {
      const key = keyOf(sample);
      if (!maps.value.has(key)) wanted.set(key, { dataset: sample.dataset, index: sample.index });
    }
    if (scheduled || wanted.size === 0) return;
    scheduled = true;
    requestAnimationFrame(() => {
      scheduled = false;
      void fetchWanted();
    });
  }

  async function fetchWanted(): Promise<void> {
    const entries = [...wanted].slice(0, largestCall);
    for (const [key] of entries) wanted.delete(key);
    const answer = await toasts.attempt('The depth targets cannot be read', () =>
      client['samples.depthTargets']({ samples: entries.map(([, sample]) => sample) }),
    );
    if (!answer) return;
    const pixels = answer.size * answer.size;
    entries.forEach(([key], i) => {
      const map = new Float32Array(pixels);
      for (let p = 0; p < pixels; p++) map[p] = (answer.maps[i * pixels + p] ?? 0) / 255;
      maps.value.set(key, map);
    });
    for (const key of maps.value.keys()) {
      if (maps.value.size <= kept) break;
      maps.value.delete(key);
    }
    triggerRef(maps);
  }

  const mapOf = (sample: SampleReference) => maps.value.get(keyOf(sample));
  return { ask, mapOf };
}
