import type { SlurmPartition } from '@shared/domain/slurm';

/** A task of an array as squeue lists it. */
export interface ListedTask {
  /** `1234_5`. */
  readonly id: string;
  /** `PENDING`, `RUNNING`, `COMPLETING` … */
  readonly state: string;
  /** Why it waits, such as `Priority`; null when it does not. */
  readonly reason: string | null;
  /** When it has started or is expected to, in the cluster's own time; null when Slurm does not know. */
  readonly start: string | null;
  readonly node: string | null;
}

/** What squeue is asked to print, and {@link readQueueText} reads. */
export const queueFormat = '%i|%T|%S|%N|%r';

/**
 * The tasks in the output of `squeue --noheader --array --format=…`, by id. Lines that are none (a warning, a torn end)
 * are left out; of a task that stands there twice the last line counts.
 */
export function readQueueText(text: string): Map<string, ListedTask> {
  const tasks = new Map<string, ListedTask>();
  for (const line of text.split('\n')) {
    const [id = '', state = '', start = '', node = '', ...reason] = line.trim().split('|');
    if (!/^\d+_\d+$/.test(id) || !/^[A-Z_]+$/.test(state) || reason.length === 0) continue;
    tasks.set(id, { id, state, reason: known(reason.join('|')), start: known(start), node: known(node) });
  }
  return tasks;
}

function known(text: string): string | null {
  const word = text.trim().replace(/^\((.*)\)$/, '$1');
  return word === '' || word === 'None' || word === 'N/A' || word === 'null' ? null : word;
}

/** What Slurm still knows of a job that has ended. */
export interface EndedTask {
  /** `CANCELLED`, `TIMEOUT`, `OUT_OF_MEMORY`, `NODE_FAIL` … */
  readonly state: string;
  readonly reason: string | null;
}

/** From `scontrol --oneliner show job …`; undefined where no state stands there. */
export function readShownJob(text: string): EndedTask | undefined {
  const state = /(?:^|\s)JobState=([A-Z_]+)/.exec(text)?.[1];
  if (state === undefined) return undefined;
  return { state, reason: known(/(?:^|\s)Reason=(\S+)/.exec(text)?.[1] ?? '') };
}

/** The array's number out of what `sbatch --parsable` printed: `1234`, or `1234;cluster`; undefined for anything else. */
export function readSubmitted(text: string): string | undefined {
  const last = text.trim().split('\n').at(-1)?.trim() ?? '';
  return /^(\d+)(?:;\S+)?$/.exec(last)?.[1];
}

/** What sinfo is asked to print, and {@link readPartitions} reads. */
export const partitionFormat = '%P|%a|%l|%D';

/** Partitions out of `sinfo --noheader --format=…`, each once. */
export function readPartitions(text: string): SlurmPartition[] {
  const partitions = new Map<string, SlurmPartition>();
  for (const line of text.split('\n')) {
    const [name = '', availability = '', timeLimit = '', count = ''] = line.trim().split('|');
    const bare = name.replace(/\*$/, '');
    if (!/^[A-Za-z0-9_.-]+$/.test(bare) || !/^\d+$/.test(count)) continue;
    const nodes = (partitions.get(bare)?.nodes ?? 0) + Number(count);
    partitions.set(bare, { name: bare, isDefault: name.endsWith('*'), availability, timeLimit, nodes });
  }
  return [...partitions.values()];
}
