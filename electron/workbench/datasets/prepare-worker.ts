import { parentPort, workerData } from 'node:worker_threads';
import { startEngine } from '@workbench/engine/start';
import { createFacePipeline } from '@workbench/faces/pipeline';
import type { FrameSource } from '@workbench/video/frame-source';
import { DepthReader } from './depth-files/depth-reader';
import { prepareItem } from './prepare-item';
import { PrepareRequest, PrepareWorkerData, type PrepareReply } from './prepare-messages';
import { openClipSource } from './recordings/clip-source';

// One worker of a preparation: prepares the items it is handed, one after the other, with an engine of its own. What is sent
// while it still starts waits in the port.

async function main(): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('prepare-worker runs as a worker thread');
  const { engine } = PrepareWorkerData.parse(workerData);
  await startEngine({ name: engine, threads: 1, reproducible: true });
  const faces = await createFacePipeline();
  let source: FrameSource | undefined;
  const frames = () => Promise.resolve((source ??= openClipSource()));
  const depth = new DepthReader();
  port.on('message', (message: unknown) => {
    const request = PrepareRequest.parse(message);
    void prepareItem(request, { faces, frames, depth }).then((outcome) => {
      port.postMessage({ index: request.index, outcome } satisfies PrepareReply);
    });
  });
}

void main();
