import type { SlurmSubmission } from '@shared/domain/slurm';
import { batchVariable } from './batch-script';
import { askSlurm } from './commands';

/** The task that this process is, when Slurm has started it from Relief's script; undefined otherwise. */
export function ownTask(environment: NodeJS.ProcessEnv = process.env): { readonly id: string } | undefined {
  const [array, task] = [environment['SLURM_ARRAY_JOB_ID'], environment['SLURM_ARRAY_TASK_ID']];
  if (environment[batchVariable] !== 'slurm' || array === undefined || task === undefined) return undefined;
  return { id: `${array}_${task}` };
}

/** Why this task must leave a run alone; undefined when the run waits for it. */
export function refusalOf(
  task: { readonly id: string },
  submission: SlurmSubmission | undefined,
  hasEnded: boolean,
): string | undefined {
  if (submission?.id !== task.id)
    return `Slurm started ${task.id}, but the run was handed to it ${submission ? `anew as ${submission.id}` : 'no more'}.`;
  return hasEnded ? `Slurm started ${task.id}, but the run has ended meanwhile.` : undefined;
}

/** Puts this task back into Slurm's queue; Slurm ends what is left of it. */
export async function requeueOwn(task: { readonly id: string }): Promise<void> {
  await askSlurm('scontrol', ['requeue', task.id]);
}
