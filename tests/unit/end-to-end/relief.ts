import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from '@shared/zod';
import { root } from '../../../build/aliases.mjs';

/** What a command left: its exit code and what it wrote. */
export interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built command, as a person types it, with a home of its own so that no other job on this machine is in its way. */
export class Relief {
  readonly folder = mkdtempSync(join(tmpdir(), 'relief-e2e-'));
  readonly project = join(this.folder, 'project');
  private readonly environment = {
    ...process.env,
    RELIEF_HOME: join(this.folder, 'home'),
    // Jobs of this test share two cores with other tests: they need not be polite on top.
    RELIEF_JOB_NICE: '0',
  };

  /** Starts a command without waiting for it. */
  start(...args: readonly string[]): ChildProcess {
    return spawn(process.execPath, [join(root, 'dist', 'cli.cjs'), ...args], {
      cwd: this.folder,
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Runs a command to its end; it is killed after `seconds`. */
  run(args: readonly string[], { seconds = 60 }: { readonly seconds?: number } = {}): Promise<Answer> {
    const child = this.start(...args);
    return new Promise((resolve, reject) => {
      let [stdout, stderr] = ['', ''];
      child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
      }, seconds * 1000);
      child.on('error', reject);
      child.on('close', (code) => {
        clearTimeout(timer);
        resolve({ code, stdout, stderr });
      });
    });
  }

  /** Runs a command on the project that must end with 0, and reads its JSON. */
  async json<S extends z.ZodType>(
    schema: S,
    args: readonly string[],
    options: { readonly seconds?: number } = {},
  ): Promise<z.output<S>> {
    const { code, stdout, stderr } = await this.run([...args, '--project', this.project, '--json'], options);
    if (code !== 0) throw new Error(`relief ${args.join(' ')} ended with ${String(code)}:\n${stderr}${stdout}`);
    return schema.parse(JSON.parse(stdout));
  }

  /** Makes the project, with a few small synthetic domains drawn and prepared by a real job. */
  async createTinyProject(domains: readonly ('R' | 'C' | 'M' | 'O')[]): Promise<void> {
    await this.run(['init', this.project]);
    if (domains.length === 0) return;
    const id = '0001-draw';
    const job = {
      ...{ formatVersion: 1, id, number: 1, name: 'draw', createdAt: new Date().toISOString() },
      ...{ group: null, parent: null, kind: 'prepare' },
      tasks: domains.map((domain) => ({
        dataset: domain,
        synthesis: { domain, subjects: 10, bonaFideImages: 40, strength: 3, seed: 20 },
        recipe: { cropSize: 128, cropScale: 1.5, align: true, depthSize: 32, detector: 'full-range' },
      })),
    };
    mkdirSync(join(this.project, 'jobs', id), { recursive: true });
    writeFileSync(join(this.project, 'jobs', id, 'job.json'), JSON.stringify(job));
    const { code, stdout, stderr } = await this.runJob(id);
    if (code !== 0) throw new Error(`drawing ended with ${String(code)}:\n${stdout}${stderr}`);
  }

  /** Runs a job's process by hand, as a batch system would. */
  private runJob(id: string): Promise<Answer> {
    const child = spawn(process.execPath, [join(root, 'dist', 'job.cjs'), this.project, id], {
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Promise((resolve, reject) => {
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      child.on('error', reject);
      child.on('close', (code) => {
        resolve({ code, stdout, stderr });
      });
    });
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** `--set` options of a training that takes seconds: a quarter of the width, eight images a batch. */
export function tinySettings(settings: Readonly<Record<string, string | number | boolean>>): string[] {
  const all = { 'model.width': 0.25, 'train.batchSize': 8, ...settings };
  return Object.entries(all).flatMap(([path, value]) => ['--set', `${path}=${String(value)}`]);
}

const State = z.enum(['queued', 'starting', 'running', 'stopping', 'stopped', 'done', 'failed', 'crashed', 'stalled']);

/** What `train --json` prints once its jobs have ended. */
export const TrainedJobs = z.looseObject({ jobs: z.array(z.looseObject({ id: z.string(), state: State })) });
/** What `train --detach --json` prints. */
export const StartedJobs = z.looseObject({ jobs: z.array(z.string()) });
/** What `jobs --json` prints. */
export const ListedJobs = z.looseObject({
  jobs: z.array(z.looseObject({ id: z.string(), state: State, progress: z.number() })),
});
/** What `stop`, `kill`, `resume` and `retry` print with `--json`. */
export const ControlledJob = z.looseObject({ id: z.string(), state: State });

/** Asks again and again until the answer is there. */
export async function until<T>(
  what: string,
  seconds: number,
  ask: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`${what}: not within ${String(seconds)} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
