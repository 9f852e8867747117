import { userInfo } from 'node:os';
import { AppError } from '@shared/contract/errors';
import type { SlurmSubmission } from '@shared/domain/slurm';
import { askSlurm } from './commands';
import { type ListedTask, queueFormat, readQueueText } from './squeue-text';

/** What Slurm says of a run that was handed to it. */
export type SlurmSight =
  /** `at`: when Slurm was asked, in epoch milliseconds. */
  | { readonly kind: 'listed'; readonly task: ListedTask; readonly at: number }
  /** Slurm does not list it (any more), for so long. */
  | { readonly kind: 'absent'; readonly forMs: number }
  | { readonly kind: 'unknown'; readonly why: string };

interface Answer {
  readonly at: number;
  /** Arrays that were asked about. */
  readonly asked: ReadonlySet<string>;
  readonly tasks: ReadonlyMap<string, ListedTask>;
  /** Why there is no answer. */
  readonly why: string | null;
}

/** Controllers do not like to be asked more often. */
const freshMs = 2000;
/** After a failure they are left alone for longer. */
const failureMs = 10_000;
/** An array that nobody has looked at for so long is not asked about any more. */
const forgottenMs = 60_000;

/**
 * Asks squeue about all runs that anybody in this process looks at, in one question every two seconds at most.
 */
export class SlurmWatch {
  private answer: Answer | undefined;
  private asking: Promise<Answer> | undefined;
  private readonly looked = new Map<string, number>();
  private readonly missedSince = new Map<string, number>();

  constructor(
    private readonly squeue: (args: readonly string[]) => Promise<string> = (args) => askSlurm('squeue', args),
    private readonly now: () => number = Date.now,
  ) {}

  /** @param fresh asks again, however young the last answer is */
  async look({ id, user }: SlurmSubmission, { fresh = false } = {}): Promise<SlurmSight> {
    const array = arrayOf(id);
    this.looked.set(array, this.now());
    const { at, tasks, why } = await this.answerFor(array, fresh);
    if (why !== null) return { kind: 'unknown', why };
    const task = tasks.get(id);
    if (task) {
      this.missedSince.delete(id);
      return { kind: 'listed', task, at };
    }
    // Some clusters show nobody the runs of others.
    if (user !== userInfo().username) return { kind: 'unknown', why: `the run belongs to ${user}` };
    const since = this.missedSince.get(id) ?? this.now();
    this.missedSince.set(id, since);
    return { kind: 'absent', forMs: this.now() - since };
  }

  private async answerFor(array: string, fresh: boolean): Promise<Answer> {
    const { answer } = this;
    const age = answer === undefined ? Infinity : this.now() - answer.at;
    const patience = answer?.why === null ? freshMs : failureMs;
    if (!fresh && answer && age < patience && (answer.why !== null || answer.asked.has(array))) return answer;
    // A question that is under way may have been put before this array was known.
    if (this.asking) {
      const coming = await this.asking;
      if (!fresh && (coming.why !== null || coming.asked.has(array))) return coming;
    }
    this.asking ??= this.ask().finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  private async ask(): Promise<Answer> {
    const now = this.now();
    for (const [array, at] of this.looked) if (now - at > forgottenMs) this.looked.delete(array);
    const asked = new Set(this.looked.keys());
    this.answer = await this.tasksOf(asked);
    return this.answer;
  }

  private async tasksOf(asked: ReadonlySet<string>): Promise<Answer> {
    const at = this.now();
    const args = ['--noheader', '--array', `--format=${queueFormat}`, `--jobs=${[...asked].join(',')}`];
    try {
      const tasks = readQueueText(await this.squeue(args));
      return { at, asked, tasks, why: null };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // Asked about one array only, squeue calls it an error when that has ended a while ago.
      if (/invalid job id/i.test(error.message)) return { at, asked, tasks: new Map(), why: null };
      return { at: this.now(), asked, tasks: new Map(), why: error.message };
    }
  }
}

function arrayOf(id: string): string {
  return id.split('_')[0] ?? id;
}

/** This process's watch. */
export const slurmWatch = new SlurmWatch();
