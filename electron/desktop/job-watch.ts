import type { JobSummary } from '@shared/domain/job';
import { Signal } from './signal';
import type { WorkbenchClient, WorkbenchHost } from './workbench-host';

/** A job as it is, and as it was before; `before` is missing for what this process sees for the first time. */
export interface JobChange {
  readonly before: JobSummary | undefined;
  readonly now: JobSummary;
}

/** The jobs of the open project as main knows them, whether or not there is a window. */
export class JobWatch {
  /** Jobs that have changed; none when another project was opened. */
  readonly changed = new Signal<readonly JobChange[]>();
  private jobs = new Map<string, JobSummary>();
  private reading: AbortController | null = null;

  constructor(host: WorkbenchHost) {
    host.changed.subscribe(({ state }) => {
      if (state === 'ready' && host.client) void this.followProjects(host.client);
    });
  }

  get all(): readonly JobSummary[] {
    return [...this.jobs.values()];
  }

  /** Resolves when the condition holds, or after so many milliseconds. */
  async until(holds: (jobs: readonly JobSummary[]) => boolean, withinMs: number): Promise<void> {
    if (holds(this.all)) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        unsubscribe();
        resolve();
      };
      const timer = setTimeout(done, withinMs);
      const unsubscribe = this.changed.subscribe(() => {
        if (holds(this.all)) done();
      });
    });
  }

  /** The stream of jobs ends with its project, so that it is asked for anew with each. */
  private async followProjects(client: WorkbenchClient): Promise<void> {
    this.readAgain(client);
    try {
      for await (const { what } of client['project.changes']({})) if (what === 'project') this.readAgain(client);
    } catch {
      // The workbench went away; its next start begins anew.
    }
  }

  private readAgain(client: WorkbenchClient): void {
    this.reading?.abort();
    this.reading = new AbortController();
    this.jobs = new Map();
    this.changed.emit([]);
    void this.read(client, this.reading.signal);
  }

  private async read(client: WorkbenchClient, signal: AbortSignal): Promise<void> {
    try {
      for await (const summaries of client['jobs.watch']({}, signal)) {
        if (signal.aborted) return;
        const changes = summaries.map((now): JobChange => ({ before: this.jobs.get(now.job.id), now }));
        for (const { now } of changes) this.jobs.set(now.job.id, now);
        if (changes.length > 0) this.changed.emit(changes);
      }
    } catch {
      // No project is open, or the workbench went away: either is followed by news.
    }
  }
}
