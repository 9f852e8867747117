import { onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { AppError } from '@shared/contract/errors';
import type { SampleReference } from '@shared/contract/channels';
import type { Leak } from '@shared/domain/leak';
import type { DividedDataset, ProtocolRules, RuleMistake } from '@shared/domain/protocol';
import { useClient } from '../../../api/client';
import { asAppError, isCancelled } from '../../../api/reading-errors';

export interface FoundLeak {
  readonly leak: Leak;
  /** Some of the samples that both sides have. */
  readonly samples: readonly SampleReference[];
}

/** Typing is waited for this long before the rules are tried. */
const typingMs = 180;

/** What rules make of the project, kept up while they are edited: counts at once, leaks behind them. */
export function useDivision(rules: () => ProtocolRules | null, revision: () => number) {
  const client = useClient();
  const datasets = shallowRef<readonly DividedDataset[]>([]);
  const mistakes = shallowRef<readonly RuleMistake[]>([]);
  const leaks = shallowRef<readonly FoundLeak[] | null>(null);
  const error = shallowRef<AppError | null>(null);
  /** The counts are of older rules than those that stand. */
  const stale = ref(false);
  const lookingForLeaks = ref(false);
  let running: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function ask(wanted: ProtocolRules): Promise<void> {
    const mine = new AbortController();
    running = mine;
    const isOld = () => running !== mine;
    try {
      const answer = await client['protocols.divide'](wanted, mine.signal);
      if (isOld()) return;
      mistakes.value = answer.mistakes;
      error.value = null;
      if (answer.mistakes.length > 0) return;
      datasets.value = answer.datasets;
      stale.value = false;
      lookingForLeaks.value = true;
      const found = await client['protocols.leaks']({ rules: wanted, sources: [], targets: [] }, mine.signal);
      if (isOld()) return;
      leaks.value = found.leaks;
    } catch (reason) {
      if (isOld() || isCancelled(reason)) return;
      error.value = asAppError(reason);
    } finally {
      if (!isOld()) lookingForLeaks.value = false;
    }
  }

  watch(
    () => [JSON.stringify(rules()), revision()] as const,
    ([now], before) => {
      const wanted = rules();
      running?.abort();
      running = undefined;
      lookingForLeaks.value = false;
      clearTimeout(timer);
      if (!wanted) return;
      stale.value = true;
      if (before?.[0] !== now) leaks.value = null;
      timer = setTimeout(() => void ask(wanted), before ? typingMs : 0);
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    clearTimeout(timer);
    running?.abort();
    running = undefined;
  });
  return { datasets, mistakes, leaks, error, stale, lookingForLeaks };
}
