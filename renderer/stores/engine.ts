import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { BenchReport } from '@shared/domain/engine';
import { useClient } from '../api/client';
import { useLoad } from '../api/use-load';

/** The machine: its engines, their measured speed, cores, memory and disk. */
export const useEngine = defineStore('engine', () => {
  const client = useClient();
  const engines = useLoad((signal) => client['engines.list']({}, signal));
  const system = useLoad((signal) => client['system.info']({}, signal));
  const bench = shallowRef<BenchReport | null>(null);
  const benching = shallowRef(false);

  /** The one new runs get: the fastest measured of those present, else the first present. */
  const chosen = computed(() => {
    const present = (engines.data.value ?? []).filter(({ available }) => available);
    return [...present].sort((a, b) => (b.imagesPerSecond ?? 0) - (a.imagesPerSecond ?? 0))[0];
  });

  async function refresh(): Promise<void> {
    await Promise.all([engines.reload(), system.reload()]);
  }
  async function measure(): Promise<void> {
    benching.value = true;
    try {
      bench.value = await client['engines.bench']({});
      await engines.reload();
    } finally {
      benching.value = false;
    }
  }
  return {
    list: computed(() => engines.data.value ?? []),
    error: engines.error,
    known: computed(() => engines.data.value !== undefined),
    system: computed(() => system.data.value),
    chosen,
    bench,
    benching,
    refresh,
    measure,
  };
});
