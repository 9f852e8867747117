import type { Command } from 'commander';
import { diffConfigs } from '@shared/domain/settings';
import { withAssignments } from '@workbench/experiments/assignments';
import { saveExperiment } from '@workbench/experiments/store';
import { readExperimentText } from '@workbench/experiments/yaml-text';
import { cloneRun } from '@workbench/jobs/clone';
import { findJobId } from '@workbench/jobs/job-folder';
import { collect } from '../command';
import type { Register } from '../command';
import { contextOf } from '../context';

export const registerClone: Register = (program) => {
  program
    .command('clone <job>')
    .description('make an experiment of the settings of a run, to change and train again')
    .option('--as <name>', 'name of the experiment')
    .option('--set <key=value>', 'change a setting, such as stage1.epochs=8 (repeatable)', collect)
    .action(async (asked: string, options: { as?: string; set?: readonly string[] }, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject(async (project) => {
        const id = findJobId(project, asked);
        const { name, text } = await cloneRun(project, id, options.as);
        const before = readExperimentText(text);
        const changed = withAssignments(text, options.set ?? [], name);
        if (changed !== text) await saveExperiment(project, name, changed);
        const after = readExperimentText(changed);
        const changes = before.ok && after.ok ? diffConfigs(before.experiment.config, after.experiment.config) : [];
        output.result({ experiment: name, from: id, changes }, () =>
          [
            `experiments/${name}.yaml: the settings of ${id}`,
            ...changes.map(({ path, from, to }) => `  ${path}: ${JSON.stringify(from)} → ${JSON.stringify(to)}`),
            `Run it with: relief train ${name}`,
          ].join('\n'),
        );
      });
    });
};
