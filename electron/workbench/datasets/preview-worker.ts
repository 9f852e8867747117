import { parentPort } from 'node:worker_threads';
import { startEngine } from '@workbench/engine/start';
import { createFacePipeline } from '@workbench/faces/pipeline';
import { type FrameSource, openFrameSource } from '@workbench/video/frame-source';
import { DepthReader } from './depth-files/depth-reader';
import { type PreviewReply, PreviewRequest } from './preview-messages';
import { PreviewPictures } from './preview-picture';

// A thread that looks at single pictures for the window: the crop editor's samples, and the mesh of the one that is open.

async function main(): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('preview-worker runs as a worker thread');
  await startEngine({ name: 'wasm', threads: 1, reproducible: true });
  const faces = await createFacePipeline();
  let source: Promise<FrameSource> | undefined;
  const pictures = new PreviewPictures({
    faces,
    frames: () => (source ??= openFrameSource()),
    depth: new DepthReader(),
  });
  port.on('message', (message: unknown) => {
    void pictures.show(PreviewRequest.parse(message)).then((reply) => {
      port.postMessage(reply satisfies PreviewReply);
    });
  });
}

void main();
