import { Worker } from 'node:worker_threads';
import { distFile } from '@workbench/project/paths';
import type { PrepareReply, PrepareRequest } from './prepare-messages';
import type { ItemOutcome } from './prepared-writer';

/** Prepares items, in worker threads or in this one. */
export interface ItemPreparer {
  /** Outcomes in the order of the requests. */
  prepare(requests: readonly PrepareRequest[]): Promise<ItemOutcome[]>;
  close(): Promise<void>;
}

/** Worker threads with an engine each; every worker takes the next item when it is done with one. */
export async function startPreparePool(threads: number): Promise<ItemPreparer> {
  const workers = Array.from({ length: threads }, () => new Worker(distFile('prepare-worker.cjs')));
  await Promise.all(workers.map(ready));
  return {
    async prepare(requests) {
      const outcomes = new Array<ItemOutcome>(requests.length);
      let next = 0;
      await Promise.all(
        workers.map(async (worker) => {
          for (;;) {
            const position = next++;
            const request = requests[position];
            if (!request) return;
            outcomes[position] = await ask(worker, request);
          }
        }),
      );
      return outcomes;
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function ready(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', () => {
      worker.off('error', reject);
      resolve();
    });
    worker.once('error', reject);
  });
}

function ask(worker: Worker, request: PrepareRequest): Promise<ItemOutcome> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      reject(new Error(`preparing ${request.name} ended a worker: ${String(error)}`));
    };
    worker.once('error', fail);
    worker.once('message', (reply: PrepareReply) => {
      worker.off('error', fail);
      resolve(reply.outcome);
    });
    worker.postMessage(request);
  });
}
