import { parentPort } from 'node:worker_threads';
import { AppError } from '@shared/contract/errors';
import { writeFloor } from './floor-fit';
import { FloorRequest, type FloorReply } from './floor-messages';

// Fits and scores floors off the workbench's own thread: a large dataset takes minutes, and the window must not wait for it.

const port = parentPort;
if (!port) throw new Error('floor-worker runs as a worker thread');
port.on('message', (message: unknown) => {
  writeFloor(FloorRequest.parse(message)).then(
    () => {
      port.postMessage({ ok: true } satisfies FloorReply);
    },
    (error: unknown) => {
      const code = error instanceof AppError ? error.code : null;
      const text = error instanceof Error ? error.message : String(error);
      port.postMessage({ ok: false, code, message: text } satisfies FloorReply);
    },
  );
});
