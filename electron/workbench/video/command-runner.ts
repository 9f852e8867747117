import { spawn } from 'node:child_process';
import { BoundedLog, type FfmpegCall, type FfmpegRunner, type RunningCall } from './runner';

/** Runs an FFmpeg program; pictures come through its standard output. */
export function commandRunner(program: string): FfmpegRunner {
  const running = new Set<RunningCall>();
  return {
    name: program,
    start(call) {
      const started = startProgram(program, call);
      running.add(started);
      void started.ended.then(() => running.delete(started));
      return started;
    },
    async close() {
      const left = [...running];
      for (const call of left) call.stop();
      await Promise.all(left.map(({ ended }) => ended));
    },
  };
}

function startProgram(program: string, call: FfmpegCall): RunningCall {
  // "file:" keeps a name with a colon, or one that looks like an option, from being taken for something else.
  const child = spawn(program, call.arguments(`file:${call.path}`, 'pipe:1'), {
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const log = new BoundedLog();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log.add(text);
  });
  const ended = new Promise<{ code: number | null; log: string }>((resolve) => {
    child.on('error', (error) => {
      resolve({ code: 127, log: error.message });
    });
    child.on('close', (code) => {
      resolve({ code, log: log.text });
    });
  });
  child.stdout.on('error', () => undefined); // The stream of a stopped program just ends.
  return {
    output: child.stdout as AsyncIterable<Uint8Array>,
    ended,
    stop: () => {
      child.stdout.destroy();
      child.kill('SIGKILL');
    },
  };
}
