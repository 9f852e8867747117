import type { SlurmSettings } from '@shared/domain/slurm';

/** `gpu, 4 cores, 1 GPU, 12:00:00`: what a run asks Slurm for, in a line. */
export function slurmWords({ partition, account, cores, gpus, memory, time }: SlurmSettings): string {
  return [
    partition === '' ? 'default partition' : partition,
    cores === 1 ? '1 core' : `${cores} cores`,
    ...(gpus === 0 ? [] : [gpus === 1 ? '1 GPU' : `${gpus} GPUs`]),
    ...(memory === '' ? [] : [memory]),
    ...(time === '' ? [] : [time]),
    ...(account === '' ? [] : [`account ${account}`]),
  ].join(', ');
}
