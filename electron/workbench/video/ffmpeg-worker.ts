import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type MessagePort, parentPort } from 'node:worker_threads';
import createCore from '@ffmpeg/core';
import { insideNames, WorkerCall, type WorkerNews } from './ffmpeg-messages';

// FFmpeg as WebAssembly in a thread of its own. A call runs to its end without yielding; it reads the clip piece by piece
// and hands out what it writes as it goes, so that neither is ever in memory whole.

type Core = Awaited<ReturnType<typeof createCore>>;

async function main(): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('ffmpeg-worker runs as a worker thread');
  // The build takes itself to be in a browser's worker and asks where that lies.
  Object.assign(globalThis, { self: globalThis, location: { href: '' } });
  const wasmBinary = readFileSync(createRequire(__filename).resolve('@ffmpeg/core/wasm'));
  const core = await createCore({ wasmBinary });
  port.on('message', (message: unknown) => {
    run(core, WorkerCall.parse(message), port);
  });
}

function run(core: Core, { path, arguments: args, credit }: WorkerCall, port: MessagePort): void {
  const tell = (news: WorkerNews) => {
    port.postMessage(news);
  };
  core.setLogger(({ message }) => {
    tell({ kind: 'log', text: `${message}\n` });
  });
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    tell({ kind: 'log', text: error instanceof Error ? error.message : String(error) });
    tell({ kind: 'end', code: 1 });
    return;
  }
  try {
    mountInput(core, descriptor);
    mountOutput(core, new Int32Array(credit), tell);
    core.reset();
    const code = core.exec(...args);
    tell({ kind: 'end', code });
  } finally {
    core.FS.unlink(insideNames.input);
    core.FS.unlink(insideNames.output);
    closeSync(descriptor);
  }
}

function mountInput(core: Core, descriptor: number): void {
  const { size } = fstatSync(descriptor);
  core.FS.writeFile(insideNames.input, new Uint8Array(0));
  const { node } = core.FS.lookupPath(insideNames.input);
  Object.defineProperty(node, 'usedBytes', { get: () => size, set: () => undefined });
  node.stream_ops = {
    ...node.stream_ops,
    read: (_stream, buffer, offset, length, position) =>
      position >= size ? 0 : readSync(descriptor, buffer, offset, Math.min(length, size - position), position),
  };
}

/** Waits with the next piece while too much is on its way. */
function mountOutput(core: Core, credit: Int32Array, tell: (news: WorkerNews) => void): void {
  core.FS.writeFile(insideNames.output, new Uint8Array(0));
  const { node } = core.FS.lookupPath(insideNames.output);
  node.stream_ops = {
    ...node.stream_ops,
    write(_stream, buffer, offset, length) {
      for (let left = Atomics.load(credit, 0); left <= 0; left = Atomics.load(credit, 0)) Atomics.wait(credit, 0, left);
      Atomics.sub(credit, 0, length);
      tell({ kind: 'output', bytes: new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length).slice() });
      return length;
    },
  };
}

void main();
