import { type BrowserWindow, app, dialog, powerMonitor } from 'electron';
import type { JobSummary } from '@shared/domain/job';
import { isActive } from '@shared/domain/job';
import type { JobWatch } from './job-watch';
import { inShort } from './job-words';
import type { WorkbenchHost } from './workbench-host';

export interface QuittingParts {
  readonly jobs: JobWatch;
  readonly host: WorkbenchHost;
  readonly window: () => BrowserWindow | null;
  readonly log: (source: string, text: string) => void;
}

const answers = ['Keep training', 'Stop and save', 'Cancel'] as const;
/** Stopping saves within this; a job that takes longer saves all the same, without anyone waiting. */
const saveWithinMs = 30_000;

/**
 * Asks before the application ends while jobs run: they go on, are saved and stopped, or nothing happens. Ending without a
 * question is {@link leave}: the window is closed where there is no tray, or the system shuts down.
 */
export class Quitting {
  private leaving = false;
  private asking = false;

  constructor(private readonly parts: QuittingParts) {
    app.on('before-quit', (event) => {
      if (this.leaving || inShort(parts.jobs.all).active.length === 0) return;
      event.preventDefault();
      void this.ask();
    });
    powerMonitor.on('shutdown', () => {
      this.leave();
    });
  }

  /** Ends the application; jobs go on. */
  leave(): void {
    this.leaving = true;
    app.quit();
  }

  private async ask(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    try {
      const { active, lines } = inShort(this.parts.jobs.all);
      const options = {
        type: 'question' as const,
        title: 'Quit Relief',
        message:
          active.length === 1 ? 'A job is running. What is to become of it?' : `${active.length} jobs are running.`,
        detail: `${lines.join('\n')}\n\nJobs are processes of their own: they go on without Relief, and are shown again when it is opened. Stop and save also pauses the queue.`,
        buttons: [...answers],
        defaultId: 0,
        cancelId: 2,
        noLink: true,
      };
      const window = this.parts.window();
      const { response } = await (window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options));
      const answer = answers[response] ?? 'Cancel';
      if (answer === 'Cancel') return;
      if (answer === 'Stop and save') await this.stopAndSave(active);
      this.leave();
    } catch (error) {
      this.parts.log('main', `quit: ${error instanceof Error ? error.message : String(error)}`);
      dialog.showErrorBox('Relief was not quit', error instanceof Error ? error.message : String(error));
    } finally {
      this.asking = false;
    }
  }

  private async stopAndSave(active: readonly JobSummary[]): Promise<void> {
    const { host, jobs } = this.parts;
    const client = host.client;
    if (!client) throw new Error('The workbench is not there to pass the wish on. The jobs were left as they are.');
    // First the queue: a job that ends would start the next one.
    await client['queue.pause']({ paused: true });
    for (const { job } of active) await client['jobs.control']({ job: job.id, action: 'stop' });
    const asked = new Set(active.map(({ job }) => job.id));
    await jobs.until((all) => !all.some(({ job, state }) => asked.has(job.id) && isActive(state)), saveWithinMs);
  }
}
