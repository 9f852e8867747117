/**
 * An asynchronous first-in first-out queue between a port and the one loop that reads it. `push` never waits;
 * the sender keeps within the credits the reader grants (see peer.ts), so the queue stays short.
 */
export class AsyncQueue<T> implements AsyncIterableIterator<T> {
  private readonly items: T[] = [];
  private waiting: ((result: IteratorResult<T>) => void) | null = null;
  private closed = false;

  push(item: T): void {
    if (this.closed) return;
    const wake = this.waiting;
    if (wake) {
      this.waiting = null;
      wake({ done: false, value: item });
    } else {
      this.items.push(item);
    }
  }

  /** Ends the iteration after what is queued; later pushes are dropped. */
  close(): void {
    this.closed = true;
    this.waiting?.({ done: true, value: undefined });
    this.waiting = null;
  }

  next(): Promise<IteratorResult<T>> {
    const item = this.items.shift();
    if (item !== undefined) return Promise.resolve({ done: false, value: item });
    if (this.closed) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.waiting = resolve;
    });
  }

  return(): Promise<IteratorResult<T>> {
    this.items.length = 0;
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
