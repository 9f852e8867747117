import type { Command } from 'commander';
import { AppError } from '@shared/contract/errors';
import type { JobSummary } from '@shared/domain/job';
import type { LaunchOptions } from '@shared/domain/experiment';
import { parseGridAxis, type ResolvedExperiment } from '@shared/domain/settings';
import { presets } from '@shared/domain/presets';
import { withAssignments } from '@workbench/experiments/assignments';
import { describeProblem, readExperimentText } from '@workbench/experiments/yaml-text';
import { readSlurmSettings, withSlurmAssignments } from '@workbench/jobs/executors/slurm/settings';
import { launchExperiment } from '@workbench/jobs/launch';
import { advanceQueue } from '@workbench/jobs/queue';
import { openIndex } from '@workbench/project/index-db';
import { collect } from '../command';
import type { Register } from '../command';
import { contextOf } from '../context';
import { findExperimentText } from '../experiment-text';
import { followJobs } from '../follow';
import { preflight } from '../preflight';

interface TrainOptions {
  readonly set?: readonly string[];
  readonly seeds?: string;
  readonly leaveOneOut?: boolean;
  readonly singleSource?: boolean;
  readonly presets?: string;
  readonly waiveLeak?: string;
  readonly protocol?: string;
  readonly grid?: readonly string[];
  readonly executor: string;
  readonly slurm?: readonly string[];
  readonly detach?: boolean;
  readonly preflight?: boolean;
}

export const registerTrain: Register = (program, setExitCode) => {
  program
    .command('train <experiment>')
    .description(
      `train: an experiment file, an experiment of the project, or a preset (${presets.map(({ name }) => name).join(', ')})`,
    )
    .option('--set <key=value>', 'change a setting, such as stage1.epochs=8 (repeatable)', collect)
    .option('--seeds <n>', 'this many runs with seeds in a row')
    .option('--leave-one-out', 'each dataset is the target once')
    .option('--single-source', 'each dataset is the source once')
    .option('--presets <names>', 'run with each of these presets, such as scratch,pretrain-gan')
    .option('--grid <key=a,b>', 'run with each of these values; several make every combination (repeatable)', collect)
    .option('--protocol <name>', 'how the datasets divide into sets; "relief protocol list" has them (data.protocol)')
    .option('--waive-leak <reason>', 'train although train and test share something, and say why (data.leakWaiver)')
    .option('--executor <name>', 'where to run: local, or slurm with the settings of "relief slurm"', 'local')
    .option(
      '--slurm <key=value>',
      'change a setting of Slurm for these runs, such as time=12:00:00 (repeatable)',
      collect,
    )
    .option(
      '--preflight',
      'try it first, without queueing: paths, disk, memory, a batch, a checkpoint, and what it takes',
    )
    .option('--detach', 'queue it and return at once')
    .action(async (experiment: string, options: TrainOptions, command: Command) => {
      const { output, withProject } = contextOf(command);
      const executor = readExecutor(options);
      await withProject(async (project) => {
        const text = withAssignments(await findExperimentText(project, experiment), assignmentsOf(options), experiment);
        const resolved = resolveText(text, experiment);
        const launch = { ...launchOptions(options, resolved), executor };
        if (options.preflight === true) {
          if (!(await preflight(project, text, launch, output))) setExitCode(1);
          return;
        }
        const index = await openIndex(project);
        const wishes = withSlurmAssignments(await readSlurmSettings(), options.slurm ?? []);
        const ids = await launchExperiment(project, text, launch, index, wishes).finally(() => {
          index.close();
        });
        if (options.detach === true) {
          await advanceQueue(project);
          output.result({ jobs: ids }, ids.join('\n'));
          return;
        }
        const { summaries, exitCode } = await followJobs(project, ids, output);
        setExitCode(exitCode);
        output.result({ jobs: summaries.map(resultOf) }, () => summaries.map(describe).join('\n'));
      });
    });
};

function readExecutor({ executor, slurm = [] }: TrainOptions): 'local' | 'slurm' {
  if (executor !== 'local' && executor !== 'slurm')
    throw new AppError('bad-request', `--executor ${executor}: there are local and slurm.`);
  if (executor === 'local' && slurm.length > 0)
    throw new AppError('bad-request', '--slurm changes runs that go to Slurm: add --executor slurm.');
  return executor;
}

function assignmentsOf({ set = [], waiveLeak, protocol }: TrainOptions): string[] {
  // As JSON, so that a reason is never read as a number.
  return [
    ...set,
    ...(protocol === undefined ? [] : [`data.protocol=${JSON.stringify(protocol)}`]),
    ...(waiveLeak === undefined ? [] : [`data.leakWaiver=${JSON.stringify(waiveLeak)}`]),
  ];
}

function resolveText(text: string, place: string): ResolvedExperiment {
  const read = readExperimentText(text);
  if (read.ok) return read.experiment;
  throw new AppError('invalid', read.problems.map((problem) => describeProblem(place, problem)).join('\n'));
}

function launchOptions(options: TrainOptions, { config }: ResolvedExperiment): LaunchOptions {
  if (options.leaveOneOut === true && options.singleSource === true)
    throw new AppError('bad-request', 'Choose one of --leave-one-out and --single-source.');
  const count = Number(options.seeds ?? '1');
  if (!Number.isInteger(count) || count < 1 || count > 50)
    throw new AppError('bad-request', `--seeds ${options.seeds ?? ''}: give a whole number from 1 to 50.`);
  return {
    seeds: Array.from({ length: count }, (_, index) => config.train.seed + index),
    folds:
      options.leaveOneOut === true ? 'leave-one-out' : options.singleSource === true ? 'single-source' : 'as-given',
    ...(options.presets === undefined ? {} : { presets: options.presets.split(',').filter((name) => name !== '') }),
    ...(options.grid === undefined ? {} : { grid: options.grid.map(parseGridAxis) }),
  };
}

function resultOf({ job, state, message, result }: JobSummary) {
  return { id: job.id, name: job.name, state, message, result };
}

function describe({ job, state, result }: JobSummary): string {
  if (result?.kind !== 'train') return `${job.id} ${state}`;
  const percent = (value: number | null) => (value === null ? '–' : `${(100 * value).toFixed(1)} %`);
  return `${job.id} ${state}: dev HTER ${percent(result.devHter)}, dev AUC ${percent(result.devAuc)}`;
}
