import { execFile } from 'node:child_process';
import { AppError } from '@shared/contract/errors';
import { plainEnvironment } from '../environment';

export type SlurmProgram = 'sbatch' | 'squeue' | 'scancel' | 'scontrol' | 'sinfo';

/** A controller that is down lets its programs wait for minutes. */
const patienceMs = 15_000;

/**
 * Runs one of Slurm's programs and gives what it printed.
 * @throws AppError `unsupported` when there is no Slurm here, `disconnected` when its controller does not answer,
 * `invalid` with Slurm's own words when it refuses
 */
export async function askSlurm(program: SlurmProgram, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      program,
      [...args],
      { timeout: patienceMs, killSignal: 'SIGKILL', maxBuffer: 64 * 2 ** 20, env: slurmEnvironment() },
      (error, stdout, stderr) => {
        if (!error) resolve(stdout);
        else reject(slurmError(program, error, stderr));
      },
    );
  });
}

/** What went wrong, as a person can use it. */
export function slurmError(
  program: SlurmProgram,
  error: { readonly code?: unknown; readonly killed?: boolean; readonly message: string },
  stderr: string,
): AppError {
  if (error.code === 'ENOENT')
    return new AppError(
      'unsupported',
      `There is no Slurm on this machine: ${program} is not on the search path. Start Relief on a login node of the cluster, or let the runs compute here.`,
    );
  const words = wordsOf(stderr);
  if (error.killed === true)
    return new AppError(
      'disconnected',
      `Slurm does not answer: ${program} said nothing for ${patienceMs / 1000} s${words === '' ? '' : ` but "${words}"`}.`,
    );
  if (
    /unable to contact slurm controller|connection refused|connect failure|unable to process configuration|zero bytes were transmitted|munge/i.test(
      stderr,
    )
  )
    return new AppError('disconnected', `Slurm does not answer: ${words}.`);
  return new AppError('invalid', `Slurm refuses: ${words === '' ? error.message : words}.`);
}

/** What a program complained of, without the names it puts before. */
function wordsOf(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) =>
      line
        .trim()
        .replace(/^(sbatch|squeue|scancel|scontrol|sinfo): /, '')
        .replace(/^(error|fatal): /, '')
        .replace(/\.$/, ''),
    )
    .filter((line) => line !== '');
  return [...new Set(lines)].slice(0, 3).join('; ').slice(0, 400);
}

/** Nothing of an allocation that this process itself may run in is passed on to the jobs that it submits. */
function slurmEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(plainEnvironment()).filter(
    ([name]) => !/^(SLURM|SBATCH|SQUEUE|SINFO)_/.test(name) || name === 'SLURM_CONF' || name === 'SLURM_CLUSTERS',
  );
  return { ...Object.fromEntries(kept), SLURM_TIME_FORMAT: 'standard', LC_ALL: 'C' };
}
