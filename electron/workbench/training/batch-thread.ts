import { Worker } from 'node:worker_threads';
import { AppError } from '@shared/contract/errors';
import { distFile } from '@workbench/project/paths';
import type { FillSetup } from './batch-filler';
import { FillReply, type FillRequest } from './batch-messages';

interface Waiting {
  readonly resolve: (buffer: ArrayBuffer) => void;
  readonly reject: (error: Error) => void;
}

/** One thread that fills batches, in the order of the requests. */
export class BatchThread {
  private readonly worker: Worker;
  /** By the batch's number. */
  private readonly waiting = new Map<number, Waiting>();
  /** Why it is no longer there. */
  private failure: Error | undefined;

  constructor(setup: FillSetup) {
    this.worker = new Worker(distFile('batch-worker.cjs'), { workerData: setup });
    this.worker.on('message', (message: unknown) => {
      this.hear(FillReply.parse(message));
    });
    this.worker.on('error', (error) => {
      this.failAll(error);
    });
    this.worker.on('exit', (code) => {
      this.failAll(new Error(`a thread that reads batches ended with code ${code}`));
    });
  }

  /** Requests that are not answered yet. */
  get pending(): number {
    return this.waiting.size;
  }

  /** Has a batch filled; its buffer moves to the thread and comes back. */
  fill(request: FillRequest): Promise<ArrayBuffer> {
    if (this.failure) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.waiting.set(request.ordinal, { resolve, reject });
      this.worker.postMessage(request, [request.buffer]);
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private hear(reply: FillReply): void {
    const waiting = this.waiting.get(reply.ordinal);
    this.waiting.delete(reply.ordinal);
    if ('buffer' in reply) waiting?.resolve(reply.buffer);
    else waiting?.reject(reply.code ? new AppError(reply.code, reply.message) : new Error(reply.message));
  }

  private failAll(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
