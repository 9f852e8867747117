import { onScopeDispose, ref, shallowRef, triggerRef, watch } from 'vue';
import type { FacePreview, SampleTile } from '@shared/contract/channels';
import type { PreparationRecipe } from '@shared/domain/dataset';
import { useClient } from '../../api/client';
import { isCancelled } from '../../api/reading-errors';
import { useToasts } from '../../stores/toasts';

/** Samples that the crop editor shows. */
const shownSamples = 20;
/** Waits this long for the next move of a slider, in ms. */
const settleMs = 120;

export interface PreviewedSample {
  readonly tile: SampleTile;
  /** Null until it has come. */
  readonly preview: FacePreview | null;
}

/** What a recipe makes of twenty samples of a dataset, drawn at random; asked for again as the recipe changes. */
export function usePreviews(dataset: () => string | null, recipe: () => PreparationRecipe) {
  const client = useClient();
  const toasts = useToasts();
  const samples = shallowRef<PreviewedSample[]>([]);
  const pending = ref(0);
  let asking = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function choose(id: string): Promise<void> {
    const filter = { datasets: [id], facets: {}, text: '' };
    const page = await toasts.attempt('The samples cannot be read', () =>
      client['samples.query']({ filter, order: 'shuffled', offset: 0, limit: shownSamples }),
    );
    samples.value = (page?.tiles ?? []).map((tile) => ({ tile, preview: null }));
    await show();
  }
  async function show(): Promise<void> {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    const wanted = recipe();
    pending.value = samples.value.length;
    await Promise.all(
      samples.value.map(async ({ tile }, place) => {
        try {
          const { dataset: id, index } = tile;
          const preview = await client['recipes.preview']({ dataset: id, index, recipe: wanted }, signal);
          if (signal.aborted) return;
          samples.value[place] = { tile, preview };
          triggerRef(samples);
        } catch (reason) {
          if (!signal.aborted && !isCancelled(reason)) toasts.fail('The preview failed', reason);
        } finally {
          if (!signal.aborted) pending.value--;
        }
      }),
    );
  }

  watch(
    dataset,
    (id) => {
      asking.abort();
      samples.value = [];
      if (id !== null) void choose(id);
    },
    { immediate: true },
  );
  watch(recipe, () => {
    clearTimeout(timer);
    timer = setTimeout(() => void show(), settleMs);
  });
  onScopeDispose(() => {
    clearTimeout(timer);
    asking.abort();
  });
  return { samples, pending };
}
