import { type ChildProcess, spawn } from 'node:child_process';
import { AppError } from '@shared/contract/errors';
import { type Client, connect } from '@shared/contract/peer';
import { distFile } from '@workbench/project/paths';
import { findNode } from '@workbench/jobs/executors/node-runtime';
import { inspectorContract } from './contract';
import { childPort } from '@workbench/jobs/process-port';

type InspectorClient = Client<typeof inspectorContract>;

/** An unused inspector keeps data and weights in memory; after this long it is let go. */
const idleMs = 120_000;

/**
 * The workbench's hold on the inspector process: started when it is first asked, ended when it is idle. A process that
 * died is replaced at the next question.
 */
export class Inspector {
  private running: { child: ChildProcess; client: InspectorClient } | null = null;
  private asking = 0;
  private idle: NodeJS.Timeout | null = null;

  /** @param log hears what the process prints */
  constructor(private readonly log: (text: string) => void) {}

  /** Asks the inspector, starting it when needed. */
  async ask<T>(question: (client: InspectorClient) => Promise<T>): Promise<T> {
    if (this.idle) clearTimeout(this.idle);
    this.asking++;
    try {
      return await question(this.start());
    } finally {
      this.asking--;
      if (this.asking === 0) {
        this.idle = setTimeout(() => {
          this.stop();
        }, idleMs);
        this.idle.unref();
      }
    }
  }

  stop(): void {
    this.running?.child.kill('SIGKILL');
    this.running = null;
  }

  private start(): InspectorClient {
    if (this.running) return this.running.client;
    const node = findNode();
    const child = spawn(node.path, [...node.options, distFile('inspector.cjs')], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
      windowsHide: true,
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.log(chunk.toString());
      });
    const running = { child, client: connect(inspectorContract, childPort(child)) };
    const gone = () => {
      if (this.running === running) this.running = null;
    };
    child.once('exit', gone);
    child.once('error', (error) => {
      this.log(new AppError('internal', `The inspector could not be started: ${error.message}`).message);
      gone();
    });
    child.unref();
    this.running = running;
    return running.client;
  }
}
