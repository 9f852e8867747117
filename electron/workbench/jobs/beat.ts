import { Worker } from 'node:worker_threads';
import type { Progress } from '@shared/domain/job';
import { distFile } from '@workbench/project/paths';
import { ownIdentity } from '@workbench/project/process-identity';

export interface BeatReport {
  readonly progress: Progress | null;
  readonly engineBytes: number | null;
  readonly tensors: number | null;
}

/** The job's sign of life, kept up by a thread of its own. */
export interface BeatThread {
  /** What the next beat tells; cheap, call it at every step. */
  report(report: BeatReport): void;
  /** Ends the thread after a last beat. */
  end(): Promise<void>;
}

const reportEveryMs = 250;

/** @param file the job's `beat.json` */
export function startBeat(file: string, attempt: number): BeatThread {
  const worker = new Worker(distFile('beat-worker.cjs'), { workerData: { file, attempt, ...ownIdentity() } });
  worker.on('error', (error) => {
    process.stderr.write(`beat thread failed: ${error.message}\n`);
  });
  worker.unref();
  let lastPost = 0;
  let held: BeatReport | undefined;
  const post = () => {
    if (held) worker.postMessage(held);
    held = undefined;
    lastPost = Date.now();
  };
  return {
    report(report) {
      held = report;
      if (Date.now() - lastPost >= reportEveryMs) post();
    },
    async end() {
      post();
      worker.postMessage('beat-now');
      await new Promise((resolve) => setTimeout(resolve, 30));
      await worker.terminate();
    },
  };
}
