import { isDeepStrictEqual } from 'node:util';
import { MessageChannelMain, type MessagePortMain, type UtilityProcess, app, utilityProcess } from 'electron';
import { type WorkbenchContract, workbenchContract } from '@shared/contract/channels';
import type { WorkbenchStatus } from '@shared/contract/desktop';
import { type HostMessage, WorkbenchReady } from '@shared/contract/host';
import { messagePort } from '@shared/contract/message-port';
import { type Client, connect } from '@shared/contract/peer';
import { RestartBudget } from './restart-budget';
import { Signal } from './signal';

export type WorkbenchClient = Client<WorkbenchContract>;

export interface WorkbenchHostOptions {
  /** The bundled entry, `dist/workbench.cjs`. */
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly grantedFolders: () => readonly string[];
  readonly log: (source: string, text: string) => void;
}

const serviceName = 'relief-workbench';
const readyWithinMs = 30_000;
const shutdownWithinMs = 3_000;
const restartAfterMs = 300;

/**
 * Starts the workbench process and keeps it running: `stopped → starting → ready → crashed`. An end that was not asked
 * for is a crash whatever its exit code says (Electron reports 0 for some signals), and is answered with a restart, at
 * most three times in ten minutes. Jobs are processes of their own and do not notice.
 *
 * What the entry (electron/workbench/service-entry.ts) is expected to do, all over `process.parentPort`:
 * - once it can serve, post {@link WorkbenchReady};
 * - on each `message` event, read `event.data` as {@link HostMessage}. `connect` brings a port in `event.ports[0]`: wrap
 *   it with `messagePort` and `serve(workbenchContract, …)` on it; a client that goes away closes its port. `grant` adds
 *   folders in which projects, imports and exports are allowed, beside those of recent projects; the first one comes
 *   before any client. `shutdown` means: release the lease and exit with 0.
 * `RELIEF_HOME` in its environment is the folder of a person's data, `RELIEF_NODE` (where set) the Node to run jobs with.
 */
export class WorkbenchHost {
  /** Each change of {@link status}. */
  readonly changed = new Signal<WorkbenchStatus>();
  private child: UtilityProcess | null = null;
  private own: WorkbenchClient | null = null;
  private present: WorkbenchStatus = { state: 'stopped', restarts: 0, message: null };
  private readonly budget = new RestartBudget(3, 10 * 60_000);
  private readyTimer: NodeJS.Timeout | null = null;
  private isStopping = false;

  constructor(private readonly options: WorkbenchHostOptions) {
    app.on('child-process-gone', (_event, details) => {
      if (details.type === 'Utility' && details.name === serviceName)
        this.ended(this.child, `${details.reason}, exit code ${details.exitCode}`);
    });
  }

  get status(): WorkbenchStatus {
    return this.present;
  }

  /** The workbench as main itself calls it; null unless it is ready. */
  get client(): WorkbenchClient | null {
    return this.own;
  }

  /** The same, once a workbench that is starting has become ready; null when it has crashed for good or was stopped. */
  async whenReady(): Promise<WorkbenchClient | null> {
    while (this.present.state === 'starting')
      await new Promise<void>((resolve) => {
        const unsubscribe = this.changed.subscribe(() => {
          unsubscribe();
          resolve();
        });
      });
    return this.own;
  }

  start(): void {
    if (this.child) return;
    this.isStopping = false;
    this.set({ state: 'starting' });
    const child = utilityProcess.fork(this.options.file, [], {
      serviceName,
      stdio: 'pipe',
      env: this.options.environment,
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.options.log('workbench', chunk.toString());
      });
    child.on('message', (message: unknown) => {
      if (child === this.child && WorkbenchReady.safeParse(message).success) this.becameReady();
    });
    child.on('exit', (code) => {
      // `child-process-gone` comes a moment later and knows the true reason: give it the word.
      setTimeout(() => {
        this.ended(child, `exit code ${code}`);
      }, 100);
    });
    this.readyTimer = setTimeout(() => {
      this.options.log('main', 'workbench: not ready in time');
      child.kill();
    }, readyWithinMs);
  }

  /** A person's wish after a final crash. */
  restart(): void {
    if (this.present.state === 'crashed' || this.present.state === 'stopped') this.start();
  }

  /** A fresh port to the workbench for the window; null unless it is ready. Keep a reference to it. */
  openPort(): MessagePortMain | null {
    return this.present.state === 'ready' ? this.connectClient('window') : null;
  }

  grant(folder: string): void {
    this.post({ kind: 'grant', folders: [folder] });
  }

  /** Asks the process to end, waits a little, then makes it. */
  async stop(): Promise<void> {
    const child = this.child;
    this.isStopping = true;
    if (!child) return;
    const gone = new Promise<void>((resolve) => {
      child.once('exit', () => {
        resolve();
      });
    });
    this.post({ kind: 'shutdown' });
    const timer = setTimeout(() => {
      child.kill();
    }, shutdownWithinMs);
    await gone;
    clearTimeout(timer);
  }

  private becameReady(): void {
    this.clearReadyTimer();
    this.post({ kind: 'grant', folders: [...this.options.grantedFolders()] });
    const port = this.connectClient('main');
    this.own = port ? connect(workbenchContract, messagePort(port)) : null;
    this.set({ state: 'ready' });
  }

  private connectClient(client: 'window' | 'main'): MessagePortMain | null {
    if (!this.child) return null;
    const { port1, port2 } = new MessageChannelMain();
    this.post({ kind: 'connect', client }, [port2]);
    return port1;
  }

  private post(message: HostMessage, ports: MessagePortMain[] = []): void {
    this.child?.postMessage(message, ports);
  }

  private ended(child: UtilityProcess | null, reason: string): void {
    if (!child || child !== this.child) return; // Both events tell of the same end.
    this.child = null;
    this.own = null;
    this.clearReadyTimer();
    if (this.isStopping) {
      this.set({ state: 'stopped' });
      return;
    }
    const message = `The workbench process ended unexpectedly (${reason}).`;
    this.options.log('main', message);
    if (!this.budget.take(Date.now())) {
      this.set({ state: 'crashed', message });
      return;
    }
    this.set({ state: 'starting', message, restarts: this.present.restarts + 1 });
    setTimeout(() => {
      if (!this.isStopping) this.start();
    }, restartAfterMs);
  }

  private clearReadyTimer(): void {
    if (this.readyTimer) clearTimeout(this.readyTimer);
    this.readyTimer = null;
  }

  private set(part: Partial<WorkbenchStatus>): void {
    const next = { ...this.present, ...part };
    if (isDeepStrictEqual(next, this.present)) return;
    this.present = next;
    this.changed.emit(next);
  }
}
