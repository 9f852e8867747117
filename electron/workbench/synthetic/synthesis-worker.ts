import { parentPort } from 'node:worker_threads';
import { AppError } from '@shared/contract/errors';
import { drawSubject, SubjectTask } from './draw-subject';
import type { WorkerReply } from './synthesis-messages';

// Worker thread: draws the subjects it is sent, one at a time.

const port = parentPort;
if (!port) throw new Error('synthesis-worker runs as a worker thread');

const reply = (message: WorkerReply) => {
  port.postMessage(message);
};

async function answer(message: unknown): Promise<void> {
  try {
    const drawn = await drawSubject(SubjectTask.parse(message), () => {
      reply({ kind: 'image' });
    });
    reply({ kind: 'done', records: [...drawn.records], trueDepth: drawn.trueDepth });
  } catch (error) {
    const code = error instanceof AppError ? error.code : null;
    reply({ kind: 'failed', code, message: error instanceof Error ? error.message : String(error) });
  }
}

port.on('message', (message: unknown) => {
  void answer(message);
});
