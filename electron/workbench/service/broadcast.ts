import { AsyncQueue } from '@shared/contract/queue';

/** Values for whoever listens now; each listener gets those sent after it began. */
export class Broadcast<T> {
  private readonly listeners = new Set<AsyncQueue<T>>();

  send(value: T): void {
    for (const listener of this.listeners) listener.push(value);
  }

  async *listen(signal: AbortSignal): AsyncGenerator<T, void> {
    const queue = new AsyncQueue<T>();
    const close = () => {
      queue.close();
    };
    this.listeners.add(queue);
    signal.addEventListener('abort', close, { once: true });
    if (signal.aborted) close();
    try {
      for await (const value of queue) yield value;
    } finally {
      this.listeners.delete(queue);
      signal.removeEventListener('abort', close);
    }
  }
}
