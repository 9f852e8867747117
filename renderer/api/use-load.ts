import { onScopeDispose, ref, type Ref, shallowRef, type ShallowRef } from 'vue';
import type { AppError } from '@shared/contract/errors';
import { asAppError, isCancelled } from './reading-errors';

export interface Load<T> {
  /** The newest value; kept while a reload runs and after it failed. */
  readonly data: Readonly<ShallowRef<T | undefined>>;
  readonly error: Readonly<ShallowRef<AppError | null>>;
  readonly loading: Readonly<Ref<boolean>>;
  /** Loading for more than 200 ms: time to show the shape of what comes. */
  readonly slow: Readonly<Ref<boolean>>;
  /** Starts again; an earlier call that is still under way is cancelled and its answer dropped. */
  readonly reload: () => Promise<void>;
}

const skeletonDelay = 200;

/** Loads a value with the states that every view shows: loading, slow, failed, there. */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>): Load<T> {
  const data = shallowRef<T>();
  const error = shallowRef<AppError | null>(null);
  const loading = ref(false);
  const slow = ref(false);
  let running: AbortController | undefined;

  async function reload(): Promise<void> {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    loading.value = true;
    const timer = setTimeout(() => {
      if (running === mine) slow.value = true;
    }, skeletonDelay);
    try {
      const value = await load(mine.signal);
      if (running !== mine) return;
      data.value = value;
      error.value = null;
    } catch (reason) {
      if (running !== mine || isCancelled(reason)) return;
      error.value = asAppError(reason);
    } finally {
      clearTimeout(timer);
      if (running === mine) {
        loading.value = false;
        slow.value = false;
      }
    }
  }

  onScopeDispose(() => {
    running?.abort();
    running = undefined;
  });
  return { data, error, loading, slow, reload };
}

/**
 * Reads a stream for as long as the calling scope lives. When the workbench goes away it starts again a second later;
 * any other error is told and ends it.
 */
export function useStream<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  receive: (item: T) => void,
  onError: (error: AppError) => void = () => undefined,
): { stop: () => void } {
  const abort = new AbortController();
  const isAborted = () => abort.signal.aborted;
  async function read(): Promise<void> {
    while (!abort.signal.aborted) {
      try {
        for await (const item of open(abort.signal)) {
          if (isAborted()) return;
          receive(item);
        }
        return;
      } catch (reason) {
        const error = asAppError(reason);
        if (error.code === 'cancelled') return;
        if (error.code !== 'disconnected') {
          onError(error);
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  }
  void read();
  const stop = () => {
    abort.abort();
  };
  onScopeDispose(stop, true);
  return { stop };
}
