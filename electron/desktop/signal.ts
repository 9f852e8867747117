import { AsyncQueue } from '@shared/contract/queue';

/** A typed event with any number of listeners. */
export class Signal<T> {
  private readonly listeners = new Set<(value: T) => void>();

  /** @returns a function that ends the subscription */
  subscribe(listener: (value: T) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  emit(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
  }

  /** What is emitted from now on as a stream, until the call is aborted; `first` is put before it. */
  async *stream(abort: AbortSignal, first: readonly T[] = []): AsyncGenerator<T, void> {
    const queue = new AsyncQueue<T>();
    for (const value of first) queue.push(value);
    const unsubscribe = this.subscribe((value) => {
      queue.push(value);
    });
    const close = () => {
      queue.close();
    };
    abort.addEventListener('abort', close, { once: true });
    if (abort.aborted) close();
    try {
      yield* queue;
    } finally {
      unsubscribe();
      abort.removeEventListener('abort', close);
    }
  }
}
