import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue';
import type { AppError } from '@shared/contract/errors';
import type { ForeignChoice, ForeignColumns, ForeignFit } from '@shared/domain/foreign-scores';
import { asAppError } from '../../api/reading-errors';
import { type ForeignGiven, useForeignScores } from '../../stores/foreign-scores';

/** How a file fits a set, looked at again with every change; the last answer wins. */
export function useFit(given: Ref<ForeignGiven | null>, choice: Ref<ForeignChoice | null>) {
  const scores = useForeignScores();
  const fit = shallowRef<ForeignFit | null>(null);
  const error = shallowRef<AppError | null>(null);
  const looking = ref(false);
  let running: AbortController | undefined;

  async function look(): Promise<void> {
    running?.abort();
    const [file, wanted] = [given.value, choice.value];
    if (!file || !wanted) {
      fit.value = null;
      error.value = null;
      return;
    }
    const own = new AbortController();
    running = own;
    looking.value = true;
    try {
      const found = await scores.inspect(file, wanted, own.signal);
      if (own.signal.aborted) return;
      fit.value = found;
      error.value = null;
    } catch (reason) {
      if (own.signal.aborted) return;
      fit.value = null;
      error.value = asAppError(reason);
    } finally {
      if (!own.signal.aborted) looking.value = false;
    }
  }
  watch([given, choice], () => void look(), { immediate: true });
  onScopeDispose(() => running?.abort());

  /** The file's columns, also while nothing could be made of them. */
  const columns = computed<readonly string[]>(() => {
    if (fit.value) return fit.value.found.map(({ name }) => name);
    const named = error.value?.data['columns'];
    return Array.isArray(named) ? named.filter((name): name is string => typeof name === 'string') : [];
  });
  return { fit, error, looking, columns };
}

export const columnFields = [
  { field: 'score', label: 'Score' },
  { field: 'file', label: 'File name' },
  { field: 'video', label: 'Video id' },
  { field: 'label', label: 'Label' },
] as const satisfies readonly { field: keyof ForeignColumns; label: string }[];
