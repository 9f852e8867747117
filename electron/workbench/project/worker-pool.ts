import { Worker } from 'node:worker_threads';
import { distFile } from './paths';

/** What a worker's message means: the task's result, or (undefined) only news on the way there. */
export type Heard<Result> = { readonly result: Result } | undefined;

export interface PoolRun<Task, Result> {
  readonly tasks: readonly Task[];
  /** Reads a worker's message; throws when the worker says that the task failed. */
  readonly hear: (message: unknown) => Heard<Result>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Worker threads of one built worker file. Each takes the next task when it is done with one; results come in the order of
 * the tasks, however many threads there are.
 */
export class WorkerPool {
  private readonly workers: Worker[];

  /**
   * @param name built worker file of `dist/`, such as `prepare-worker.cjs`
   * @param workerData what every worker is told at its start
   */
  constructor(name: string, threads: number, workerData?: unknown) {
    const file = distFile(name);
    this.workers = Array.from({ length: threads }, () => new Worker(file, { workerData }));
    // Between two tasks nobody listens to a worker; one that ends then is found out by the next task.
    for (const worker of this.workers) worker.on('error', () => undefined);
  }

  /**
   * @throws what `hear` throws, the signal's reason when it fires, or an error when a thread ends before its time; the pool is
   *   then to be closed
   */
  async run<Task, Result>({ tasks, hear, signal }: PoolRun<Task, Result>): Promise<Result[]> {
    const results = new Array<Result>(tasks.length);
    let next = 0;
    await Promise.all(
      this.workers.map(async (worker) => {
        for (let index = next++; index < tasks.length; index = next++) {
          signal?.throwIfAborted();
          const task = tasks[index];
          if (task !== undefined) results[index] = await ask(worker, task, hear, signal);
        }
      }),
    );
    return results;
  }

  /**
   * As {@link run}, handing out each result as soon as those before it are out. At most `ahead` tasks are begun and not yet
   * handed out, so that results never pile up behind a slow task.
   */
  async *stream<Task, Result>(
    { tasks, hear, signal }: Omit<PoolRun<Task, Result>, 'tasks'> & { readonly tasks: Iterable<Task> },
    ahead: number,
  ): AsyncGenerator<Result> {
    const idle = [...this.workers];
    const queue: ((worker: Worker) => void)[] = [];
    const begin = async (task: Task): Promise<Result> => {
      const worker = idle.pop() ?? (await new Promise<Worker>((resolve) => queue.push(resolve)));
      try {
        return await ask(worker, task, hear, signal);
      } finally {
        const next = queue.shift();
        if (next) next(worker);
        else idle.push(worker);
      }
    };
    const begun: Promise<Result>[] = [];
    for (const task of tasks) {
      signal?.throwIfAborted();
      const result = begin(task);
      result.catch(() => undefined); // Heard where it is handed out.
      begun.push(result);
      const first = begun.length >= ahead ? begun.shift() : undefined;
      if (first) yield await first;
    }
    for (const result of begun) yield await result;
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}

/** Sends one task and waits for its end. */
function ask<Result>(
  worker: Worker,
  task: unknown,
  hear: (message: unknown) => Heard<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
      signal?.removeEventListener('abort', onAbort);
      finish();
    };
    const fail = (error: unknown) => {
      settle(() => {
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    };
    const onMessage = (message: unknown) => {
      try {
        const heard = hear(message);
        if (!heard) return;
        settle(() => {
          resolve(heard.result);
        });
      } catch (error) {
        fail(error);
      }
    };
    const onError = fail;
    const onExit = (code: number) => {
      fail(new Error(`a worker thread ended with ${String(code)}`));
    };
    const onAbort = () => {
      fail(signal?.reason);
    };
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
    signal?.addEventListener('abort', onAbort);
    worker.postMessage(task);
    // A thread that ended before this task will say nothing more.
    if (worker.threadId === -1) onExit(1);
  });
}
