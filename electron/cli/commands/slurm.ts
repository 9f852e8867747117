import type { Command } from 'commander';
import type { SlurmStatus } from '@shared/domain/slurm';
import {
  readSlurmSettings,
  saveSlurmSettings,
  slurmStatus,
  withSlurmAssignments,
} from '@workbench/jobs/executors/slurm/settings';
import { collect, type Register } from '../command';
import { contextOf } from '../context';
import { textTable } from '../output';

export const registerSlurm: Register = (program) => {
  program
    .command('slurm')
    .description('say whether Slurm is here, and what runs that go there ask for')
    .option('--set <key=value>', 'keep a setting, such as partition=gpu or time=12:00:00 (repeatable)', collect)
    .action(async ({ set = [] }: { set?: readonly string[] }, command: Command) => {
      const { output } = contextOf(command);
      if (set.length > 0) await saveSlurmSettings(withSlurmAssignments(await readSlurmSettings(), set));
      const status = await slurmStatus();
      output.result(status, () => describe(status));
    });
};

function describe({ version, problem, partitions, settings }: SlurmStatus): string {
  const values = Object.entries(settings).map(([name, value]) => [name, String(value).replaceAll('\n', '\\n')]);
  return [
    problem ?? `${version ?? 'Slurm'} answers.`,
    ...(partitions.length === 0
      ? []
      : [
          textTable([
            ['partition', 'state', 'time limit', 'nodes'],
            ...partitions.map(({ name, isDefault, availability, timeLimit, nodes }) => [
              `${name}${isDefault ? ' (default)' : ''}`,
              availability,
              timeLimit,
              String(nodes),
            ]),
          ]),
        ]),
    textTable([['setting', 'value'], ...values]),
  ].join('\n');
}
