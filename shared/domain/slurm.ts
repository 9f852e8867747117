import { z } from '@shared/zod';
import { Timestamp } from './names';

/** A word as Slurm's options take them: no blank, quote or control character, so that it stays one word in a script. */
const word = (title: string, help: string) =>
  z
    .string()
    .trim()
    .max(120)
    .regex(/^[A-Za-z0-9_.,:@+-]*$/, 'use letters, digits and . , : @ + - _, without blanks')
    .default('')
    .meta({ title, help, level: 'basic' });

/** Options that Relief sets itself; another value would take the runs from under it. */
const ownOptions = [
  'array',
  'hold',
  'job-name',
  'no-requeue',
  'open-mode',
  'output',
  'parsable',
  'requeue',
  'signal',
  'test-only',
  'wait',
  'wrap',
];

/**
 * What Slurm is asked for when runs go there. One schema gives defaults, validation, the form with its help, `--slurm
 * key=value` and the file in which a person's choice is kept.
 */
export const SlurmSettings = z
  .strictObject({
    partition: word('Partition', 'Where the runs wait and compute; several by comma. Empty: the cluster’s default.'),
    account: word('Account', 'Who is charged, where the cluster asks for it.'),
    time: z
      .string()
      .trim()
      .refine((text) => text === '' || slurmSeconds(text) !== null, {
        error: 'write minutes, hours:minutes:seconds or days-hours:minutes, such as 12:00:00',
      })
      .default('')
      .meta({
        title: 'Time limit',
        help: 'Of one attempt, such as 12:00:00. A run that needs longer saves before the limit, waits again and goes on. Empty: the partition’s own.',
        level: 'basic',
      }),
    gpus: z
      .int()
      .min(0)
      .max(16)
      .default(0)
      .meta({ title: 'GPUs', help: 'Of each run. 0: none is asked for.', level: 'basic' }),
    cores: z.int().min(1).max(256).default(4).meta({
      title: 'Cores',
      help: 'Of each run, unless its experiment sets a number of threads.',
      level: 'basic',
    }),
    memory: z
      .string()
      .trim()
      .regex(/^(\d+[KMGT]?)?$/, 'write a number with K, M, G or T, such as 8G')
      .default('')
      .meta({ title: 'Memory', help: 'Of each run, such as 8G. Empty: the cluster’s default.', level: 'basic' }),
    atOnce: z.int().min(0).max(1000).default(0).meta({
      title: 'Runs at once',
      help: 'The most runs of one group that compute at the same time. 0: as many as there is room for.',
      level: 'advanced',
    }),
    requeue: z.boolean().default(true).meta({
      title: 'Go on by itself',
      help: 'A run that was preempted, or has reached its time limit, waits again and goes on from its last checkpoint.',
      level: 'advanced',
    }),
    signalSeconds: z.int().min(10).max(3600).default(120).meta({
      title: 'Save before the limit',
      unit: 's',
      help: 'So long before the time limit a run saves and stops. Slurm looks only once in a minute.',
      level: 'advanced',
    }),
    lines: z
      .string()
      .trim()
      .max(2000)
      .superRefine((text, context) => {
        for (const line of optionLines(text)) {
          const problem = optionProblem(line);
          if (problem !== null) context.addIssue({ code: 'custom', message: problem });
        }
      })
      .default('')
      .meta({
        title: 'More options',
        help: 'Options of sbatch, one a line, such as --constraint=avx512 or --qos=long.',
        level: 'advanced',
      }),
    setup: z.string().trim().max(4000).default('').meta({
      title: 'Before the run',
      help: 'Shell lines that the node runs first, such as "module load nodejs". Set on the command line only.',
      level: 'advanced',
    }),
  })
  .superRefine(({ time, signalSeconds }, context) => {
    const limit = slurmSeconds(time);
    if (limit !== null && limit <= signalSeconds)
      context.addIssue({
        code: 'custom',
        path: ['time'],
        message: `a limit of ${limit} s leaves nothing of an attempt that saves ${signalSeconds} s before it`,
      });
  });
export type SlurmSettings = z.infer<typeof SlurmSettings>;
export type SlurmSettingName = keyof SlurmSettings;

/** Options of sbatch out of the setting's text, without empty lines. */
export function optionLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim().replace(/^#SBATCH\s+/, ''))
    .filter((line) => line !== '');
}

function optionProblem(line: string): string | null {
  const name = /^--([a-z][a-z-]*)(?:=[^\s"'`\\]+)?$/.exec(line)?.[1];
  if (name === undefined) return `"${line}" is no option: write one as --name=value, without blanks and quotes`;
  return ownOptions.includes(name) ? `--${name} is set by Relief itself` : null;
}

/**
 * Seconds of a time as Slurm writes it: `minutes`, `minutes:seconds`, `hours:minutes:seconds`, `days-hours`,
 * `days-hours:minutes` or `days-hours:minutes:seconds`; null for anything else, and for no time at all.
 */
export function slurmSeconds(text: string): number | null {
  const match = /^(?:(\d{1,4})-)?(\d{1,6})(?::(\d{1,2}))?(?::(\d{1,2}))?$/.exec(text);
  if (!match) return null;
  const part = (index: number) => (match[index] === undefined ? null : Number(match[index]));
  const [days, first, second, third] = [part(1), part(2) ?? 0, part(3) ?? 0, part(4)];
  let seconds = first * 60 + second;
  if (days !== null) seconds = ((days * 24 + first) * 60 + second) * 60 + (third ?? 0);
  else if (third !== null) seconds = (first * 60 + second) * 60 + third;
  return seconds > 0 ? seconds : null;
}

/** `slurm.json` of a run: where it was handed to, so that whoever looks can ask there. */
export const SlurmSubmission = z.strictObject({
  formatVersion: z.literal(1),
  /** Array and task, as squeue and scancel name them: `1234_5`. */
  id: z.string().regex(/^\d+_\d+$/),
  /** Who submitted it: others may not be shown it. */
  user: z.string(),
  partition: z.string(),
  /** Whether Slurm may start it again by itself. */
  requeue: z.boolean(),
  script: z.string(),
  /** What the script prints before the run's own log begins. */
  output: z.string(),
  at: Timestamp,
});
export type SlurmSubmission = z.infer<typeof SlurmSubmission>;

/** Where a run is in Slurm, as lists show it. */
export const SlurmPlace = z.strictObject({
  id: z.string(),
  /** Slurm's own word, such as `PENDING`; null when it does not list the run, or cannot be asked. */
  state: z.string().nullable(),
  node: z.string().nullable(),
});
export type SlurmPlace = z.infer<typeof SlurmPlace>;

export const SlurmPartition = z.strictObject({
  name: z.string(),
  isDefault: z.boolean(),
  /** `up`, `down`, `drain`, `inact`. */
  availability: z.string(),
  /** As Slurm writes it: `infinite`, `1-00:00:00`. */
  timeLimit: z.string(),
  nodes: z.int().nonnegative(),
});
export type SlurmPartition = z.infer<typeof SlurmPartition>;

/** Slurm as this machine has it. */
export const SlurmStatus = z.strictObject({
  available: z.boolean(),
  version: z.string().nullable(),
  /** What is missing and what to do; null when it answers. */
  problem: z.string().nullable(),
  partitions: z.array(SlurmPartition),
  settings: SlurmSettings,
});
export type SlurmStatus = z.infer<typeof SlurmStatus>;
