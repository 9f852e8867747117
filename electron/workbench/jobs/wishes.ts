import { limitSignal } from './executors/slurm/batch-script';
import type { JobFolder } from './job-folder';

/** How often the disk is asked; a step of training is shorter than this. */
const pollMs = 150;

const endSignals = ['SIGTERM', 'SIGINT'] as const;

/** Who wished a stop: a person, whoever sent a signal to end, or a time limit that comes near. */
export type StopCause = 'request' | 'signal' | 'limit';

/**
 * What others wish of this job, from `request.json` and from signals (SIGTERM, SIGINT, and the one of Slurm before a time limit). A wish to be
 * killed ends the process on the spot.
 */
export class Wishes {
  private readonly controller = new AbortController();
  private stopCause: StopCause | undefined;
  private lastPoll = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly folder: JobFolder,
    private readonly onStop: () => void,
  ) {
    // For work that waits rather than steps; a training loop asks by itself.
    this.timer = setInterval(() => this.stopRequested(), pollMs);
    for (const signal of endSignals) process.on(signal, this.stopBySignal);
    process.on(limitSignal, this.stopByLimit);
  }

  /** Why it stops; undefined while it does not. */
  get cause(): StopCause | undefined {
    return this.stopCause;
  }

  /** Aborts when a stop is wished. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Whether to save and stop; asks the disk at most every 150 ms. */
  stopRequested(): boolean {
    if (this.controller.signal.aborted) return true;
    const now = Date.now();
    if (now - this.lastPoll < pollMs) return false;
    this.lastPoll = now;
    const request = this.folder.request();
    if (request?.wish === 'kill') process.kill(process.pid, 'SIGKILL');
    if (request?.wish === 'stop') this.stop('request');
    return this.controller.signal.aborted;
  }

  end(): void {
    clearInterval(this.timer);
    for (const signal of endSignals) process.off(signal, this.stopBySignal);
    process.off(limitSignal, this.stopByLimit);
  }

  private readonly stopBySignal = () => {
    this.stop('signal');
  };
  private readonly stopByLimit = () => {
    this.stop('limit');
  };
  private readonly stop = (cause: StopCause) => {
    if (this.controller.signal.aborted) return;
    this.stopCause = cause;
    this.controller.abort();
    this.onStop();
  };
}
