// A thread that reads and augments batches while the training thread computes.
import { parentPort, workerData } from 'node:worker_threads';
import { AppError } from '@shared/contract/errors';
import { BatchFiller, batchIn, type FillSetup } from './batch-filler';
import { type FillReply, FillRequest } from './batch-messages';

function isFillSetup(data: unknown): data is FillSetup {
  return typeof data === 'object' && data !== null && 'sources' in data && 'samples' in data && 'seed' in data;
}

const setup: unknown = workerData;
if (!isFillSetup(setup) || !parentPort) throw new Error('batch-worker must be started by a batch source');
const port = parentPort;
const filler = new BatchFiller(setup);

port.on('message', (message: unknown) => {
  const { ordinal, samples, buffer } = FillRequest.parse(message);
  try {
    filler.fill({ ordinal, samples }, batchIn(buffer, setup));
  } catch (error) {
    const code = error instanceof AppError ? error.code : null;
    const text = error instanceof Error ? (code ? error.message : (error.stack ?? error.message)) : String(error);
    port.postMessage({ ordinal, code, message: text } satisfies FillReply);
    return;
  }
  port.postMessage({ ordinal, buffer } satisfies FillReply, [buffer]);
});
