import { Worker } from 'node:worker_threads';
import { distFile } from '@workbench/project/paths';
import { insideNames, outputCredit, type WorkerCall, WorkerNews } from './ffmpeg-messages';
import { BoundedLog, type FfmpegCall, type FfmpegRunner, type RunningCall } from './runner';

/**
 * Runs FFmpeg's WebAssembly build in a worker thread. The thread is kept between calls; one that was stopped, or in which
 * a broken file brought FFmpeg down, is replaced.
 */
export function wasmRunner(): FfmpegRunner {
  let worker: Worker | undefined;
  const drop = async (which: Worker) => {
    if (worker === which) worker = undefined;
    await which.terminate();
  };
  return {
    name: '@ffmpeg/core',
    start(call) {
      const used = (worker ??= new Worker(distFile('ffmpeg-worker.cjs')));
      return startInWorker(used, call, () => void drop(used));
    },
    async close() {
      if (worker) await drop(worker);
    },
  };
}

function startInWorker(worker: Worker, call: FfmpegCall, drop: () => void): RunningCall {
  const log = new BoundedLog();
  const credit = new Int32Array(new SharedArrayBuffer(4));
  credit[0] = outputCredit;
  const pieces: Uint8Array[] = [];
  let wake: () => void = () => undefined;
  let code: number | null | undefined;
  let announce: (end: { code: number | null; log: string }) => void = () => undefined;
  const ended = new Promise<{ code: number | null; log: string }>((resolve) => {
    announce = resolve;
  });

  const finish = (result: number | null) => {
    if (code !== undefined) return;
    code = result;
    worker.off('message', onMessage);
    worker.off('error', onError);
    worker.off('exit', onExit);
    announce({ code, log: log.text });
    wake();
  };
  const onMessage = (message: unknown) => {
    const news = WorkerNews.parse(message);
    if (news.kind === 'log') log.add(news.text);
    else if (news.kind === 'end') finish(news.code);
    else {
      pieces.push(news.bytes);
      wake();
    }
  };
  const onError = (error: unknown) => {
    log.add(error instanceof Error ? error.message : String(error));
    drop();
    finish(134); // As a program that aborts.
  };
  const onExit = () => {
    finish(null);
  };
  worker.on('message', onMessage);
  worker.on('error', onError);
  worker.on('exit', onExit);
  worker.postMessage({
    path: call.path,
    arguments: call.arguments(insideNames.input, insideNames.output),
    credit: credit.buffer,
  } satisfies WorkerCall);

  async function* output(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const piece = pieces.shift();
      if (piece) {
        yield piece;
        Atomics.add(credit, 0, piece.length);
        Atomics.notify(credit, 0);
      } else if (code !== undefined) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  }
  return {
    output: output(),
    ended,
    stop: () => {
      drop();
      finish(null);
    },
  };
}
