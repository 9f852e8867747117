import type { JobFolder } from './job-folder';

/** How often the disk is asked; a step of training is shorter than this. */
const pollMs = 150;

/**
 * What others wish of this job, from `request.json` and from signals (SIGTERM of a batch system, SIGINT). A wish to be
 * killed ends the process on the spot.
 */
export class Wishes {
  private readonly controller = new AbortController();
  private lastPoll = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly folder: JobFolder,
    private readonly onStop: () => void,
  ) {
    // For work that waits rather than steps; a training loop asks by itself.
    this.timer = setInterval(() => this.stopRequested(), pollMs);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, this.stop);
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
    if (request?.wish === 'stop') this.stop();
    return this.controller.signal.aborted;
  }

  end(): void {
    clearInterval(this.timer);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, this.stop);
  }

  private readonly stop = () => {
    if (this.controller.signal.aborted) return;
    this.controller.abort();
    this.onStop();
  };
}
