import { Worker } from 'node:worker_threads';
import { AppError } from '@shared/contract/errors';
import { distFile } from '@workbench/project/paths';
import { drawSubject, type DrawnSubject, type SubjectTask } from './draw-subject';
import { WorkerReply } from './synthesis-messages';

interface PoolOptions {
  /** Worker threads; 0 draws in this thread. */
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
  readonly onImage: () => void;
}

/**
 * Draws all subjects; results come in the order of the tasks whatever the number of threads.
 * @throws AppError `cancelled` when the signal fires (finished subjects stay on disk); what drawing throws
 */
export async function drawSubjects(tasks: readonly SubjectTask[], options: PoolOptions): Promise<DrawnSubject[]> {
  refuseWhenAborted(options.signal);
  if (options.threads === 0) {
    const drawn: DrawnSubject[] = [];
    for (const task of tasks) {
      drawn.push(
        await drawSubject(task, () => {
          options.onImage();
          refuseWhenAborted(options.signal);
        }),
      );
    }
    return drawn;
  }
  return drawInThreads(tasks, options);
}

function refuseWhenAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled();
}

function cancelled(): AppError {
  return new AppError('cancelled', 'Drawing was stopped; it goes on from here when started again.');
}

async function drawInThreads(tasks: readonly SubjectTask[], options: PoolOptions): Promise<DrawnSubject[]> {
  const file = distFile('synthesis-worker.cjs');
  const count = Math.min(options.threads, tasks.length);
  const workers = Array.from({ length: count }, () => new Worker(file));
  const results = new Array<DrawnSubject | undefined>(tasks.length);
  let next = 0;
  const work = async (worker: Worker) => {
    for (let index = next++; index < tasks.length; index = next++) {
      const task = tasks[index];
      if (task) results[index] = await ask(worker, task, options);
    }
  };
  try {
    await Promise.all(workers.map(work));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return results.flatMap((result) => (result ? [result] : []));
}

/** Sends one task and waits for its end. */
function ask(worker: Worker, task: SubjectTask, { signal, onImage }: PoolOptions): Promise<DrawnSubject> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
      signal?.removeEventListener('abort', onAbort);
      finish();
    };
    const onMessage = (message: unknown) => {
      const reply = WorkerReply.parse(message);
      if (reply.kind === 'image') onImage();
      else if (reply.kind === 'done')
        settle(() => {
          resolve(reply);
        });
      else
        settle(() => {
          reject(reply.code ? new AppError(reply.code, reply.message) : new Error(reply.message));
        });
    };
    const onError = (error: unknown) => {
      settle(() => {
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    };
    const onExit = (code: number) => {
      settle(() => {
        reject(new Error(`a synthesis worker ended with ${String(code)}`));
      });
    };
    const onAbort = () => {
      settle(() => {
        reject(cancelled());
      });
    };
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
    if (signal?.aborted) {
      onAbort();
      return;
    }
    signal?.addEventListener('abort', onAbort);
    worker.postMessage(task);
  });
}
