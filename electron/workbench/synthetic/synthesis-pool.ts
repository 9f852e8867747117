import { AppError } from '@shared/contract/errors';
import { WorkerPool } from '@workbench/project/worker-pool';
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
  return options.threads === 0 ? drawHere(tasks, options) : drawInThreads(tasks, options);
}

async function drawHere(tasks: readonly SubjectTask[], { signal, onImage }: PoolOptions): Promise<DrawnSubject[]> {
  const drawn: DrawnSubject[] = [];
  for (const task of tasks) {
    drawn.push(
      await drawSubject(task, () => {
        onImage();
        refuseWhenAborted(signal);
      }),
    );
  }
  return drawn;
}

async function drawInThreads(tasks: readonly SubjectTask[], options: PoolOptions): Promise<DrawnSubject[]> {
  const { threads, signal, onImage } = options;
  const pool = new WorkerPool('synthesis-worker.cjs', Math.min(threads, tasks.length));
  try {
    return await pool.run<SubjectTask, DrawnSubject>({
      tasks,
      signal,
      hear: (message) => {
        const reply = WorkerReply.parse(message);
        switch (reply.kind) {
          case 'image':
            onImage();
            return undefined;
          case 'done':
            return { result: reply };
          case 'failed':
            throw reply.code ? new AppError(reply.code, reply.message) : new Error(reply.message);
        }
      },
    });
  } catch (error) {
    refuseWhenAborted(signal);
    throw error;
  } finally {
    await pool.close();
  }
}

function refuseWhenAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AppError('cancelled', 'Drawing was stopped; it goes on from here when started again.');
}
