import { computed, onScopeDispose, type Ref, ref, shallowRef, watch } from 'vue';
import type { AppError } from '@shared/contract/errors';
import type { LaunchOptions } from '@shared/domain/experiment';
import type { PreflightCheck, PreflightNews, PreflightStep } from '@shared/domain/preflight';
import { useClient } from '../../api/client';
import { asAppError, isCancelled } from '../../api/reading-errors';

/** What a preflight has found so far; it belongs to one text and one way to launch it. */
export interface PreflightFound {
  readonly of: string;
  readonly checks: readonly PreflightCheck[];
  readonly trying: PreflightStep | null;
  readonly end: Extract<PreflightNews, { type: 'end' }> | null;
}

/**
 * Tries the launch that stands now. Another experiment or a change ends what is under way; what was found stays to be read,
 * marked as being of an earlier state.
 */
export function usePreflight(launch: Ref<{ readonly text: string; readonly options: LaunchOptions }>) {
  const client = useClient();
  const found = shallowRef<PreflightFound | null>(null);
  const error = shallowRef<AppError | null>(null);
  const running = ref(false);
  let reading: AbortController | undefined;

  const present = computed(() => JSON.stringify(launch.value));
  const outdated = computed(() => found.value !== null && found.value.of !== present.value);
  /** Measured time and disk of the launch as it stands now. */
  const estimate = computed(() => (outdated.value ? null : (found.value?.end?.estimate ?? null)));

  function stop(): void {
    reading?.abort();
    running.value = false;
  }
  watch(present, () => {
    if (running.value) {
      stop();
      found.value = null;
    }
  });
  onScopeDispose(stop);

  async function start(): Promise<void> {
    stop();
    const mine = new AbortController();
    reading = mine;
    running.value = true;
    error.value = null;
    found.value = { of: present.value, checks: [], trying: null, end: null };
    try {
      const { text, options } = launch.value;
      for await (const news of client['experiments.preflight']({ text, launch: options }, mine.signal)) {
        if (mine.signal.aborted) return;
        found.value = withNews(found.value, news);
      }
    } catch (reason) {
      if (!mine.signal.aborted && !isCancelled(reason)) error.value = asAppError(reason);
    } finally {
      if (reading === mine) running.value = false;
    }
  }
  return { found, error, running, outdated, estimate, start, stop };
}

function withNews(found: PreflightFound, news: PreflightNews): PreflightFound {
  switch (news.type) {
    case 'trying':
      return { ...found, trying: news.step };
    case 'check':
      return { ...found, trying: null, checks: [...found.checks, news.check] };
    case 'end':
      return { ...found, trying: null, end: news };
  }
}

export type Preflight = ReturnType<typeof usePreflight>;
