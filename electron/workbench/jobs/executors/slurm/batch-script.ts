import { optionLines, type SlurmSettings } from '@shared/domain/slurm';

/** Tells a job's process that Slurm has started it, and may start it again. */
export const batchVariable = 'RELIEF_EXECUTOR';
/** The most cores that a process takes when it is told to take all. */
export const coresVariable = 'RELIEF_CORES';
/** What comes before the time limit. Not the first user signal: Node opens its debugger at that one. */
export const limitSignal = 'SIGUSR2';

export interface BatchScript {
  /** Shown by squeue. */
  readonly name: string;
  readonly settings: SlurmSettings;
  /** Cores of each run. */
  readonly cores: number;
  readonly projectFolder: string;
  /** Folders of the runs below the project's `jobs`, in the order of the array's tasks. */
  readonly jobs: readonly string[];
  readonly node: { readonly path: string; readonly options: readonly string[] };
  /** The bundled process of a job. */
  readonly entry: string;
}

/**
 * The script of an array with one task a run. Each task becomes the very process that the local executor starts, by
 * `exec`, so that Slurm's signals reach it; from then on it writes to the run's own log.
 */
export function batchScript(batch: BatchScript): string {
  const { settings, jobs, node } = batch;
  return [
    '#!/bin/bash',
    '# Written by Relief: each task of the array is one run.',
    ...batchOptions(batch).map((option) => `#SBATCH ${option}`),
    '',
    ...(settings.setup === '' ? [] : [settings.setup, '']),
    'case "${SLURM_ARRAY_TASK_ID:-}" in',
    ...jobs.map((job, task) => `  ${task}) job=${shellQuote(job)} ;;`),
    '  *) echo "There is no run for task ${SLURM_ARRAY_TASK_ID:-(none)}." >&2; exit 2 ;;',
    'esac',
    `project=${shellQuote(batch.projectFolder)}`,
    'if [ ! -w "$project/jobs/$job" ]; then',
    '  echo "$(hostname) cannot write to $project/jobs/$job: the project must lie on a disk that the nodes share." >&2',
    '  exit 2',
    'fi',
    `if [ ! -x ${shellQuote(node.path)} ]; then`,
    `  echo "$(hostname) has no "${shellQuote(node.path)}": Relief and its Node must lie on a disk that the nodes share." >&2`,
    '  exit 2',
    'fi',
    `export ${batchVariable}=slurm`,
    `export ${coresVariable}="\${SLURM_CPUS_PER_TASK:-\${SLURM_CPUS_ON_NODE:-1}}"`,
    'exec >>"$project/jobs/$job/log.txt" 2>&1 </dev/null',
    `exec ${[node.path, ...node.options, batch.entry].map(shellQuote).join(' ')} "$project" "$job"`,
    '',
  ].join('\n');
}

/** Options of the array, as they stand in its script. */
function batchOptions({ name, settings, cores, jobs }: BatchScript): string[] {
  const { partition, account, time, gpus, memory, atOnce, requeue, signalSeconds } = settings;
  return [
    `--job-name=${name.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 60)}`,
    `--array=0-${jobs.length - 1}${atOnce > 0 && atOnce < jobs.length ? `%${atOnce}` : ''}`,
    ...(partition === '' ? [] : [`--partition=${partition}`]),
    ...(account === '' ? [] : [`--account=${account}`]),
    ...(time === '' ? [] : [`--time=${time}`]),
    '--nodes=1',
    '--ntasks=1',
    `--cpus-per-task=${cores}`,
    ...(gpus === 0 ? [] : [`--gres=gpu:${gpus}`]),
    ...(memory === '' ? [] : [`--mem=${memory}`]),
    `--signal=B:${limitSignal.slice('SIG'.length)}@${signalSeconds}`,
    requeue ? '--requeue' : '--no-requeue',
    '--open-mode=append',
    ...optionLines(settings.lines),
  ];
}

/** A word that the shell takes as it stands. */
export function shellQuote(text: string): string {
  return /^[A-Za-z0-9_./:=@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A path in which Slurm replaces nothing: `%j` and the like mean something there. */
export function outputPattern(folder: string): string {
  return `${folder.replaceAll('%', '%%')}/%a.out`;
}
