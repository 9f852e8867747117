import type { Command } from 'commander';
import { presets } from '@shared/domain/presets';
import { withAssignments } from '@workbench/experiments/assignments';
import { listUserPresets, removeUserPreset, saveUserPreset } from '@workbench/experiments/user-presets';
import { collect } from '../command';
import type { Register } from '../command';
import { contextOf } from '../context';
import { findExperimentText } from '../experiment-text';
import { textTable } from '../output';

/** `preset list`, `preset save` and `preset remove`. */
export const registerPreset: Register = (program) => {
  const preset = program
    .command('preset')
    .description('settings to start from: those Relief ships and the project’s own');
  preset
    .command('list', { isDefault: true })
    .description('list presets with what they change')
    .action(async (_options: unknown, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject(async (project) => {
        const own = await listUserPresets(project);
        output.result({ shipped: presets.map(({ name, summary }) => ({ name, summary })), own }, () =>
          textTable([
            ['preset', 'from', 'what it is'],
            ...presets.map(({ name, summary }) => [name, 'Relief', summary]),
            ...own.map(({ name, base, changes, problem }) => [
              name,
              base === '' ? '–' : base,
              problem ?? changes.map(({ path, to }) => `${path}=${JSON.stringify(to)}`).join(' '),
            ]),
          ]),
        );
      });
    });
  preset
    .command('save <name>')
    .description('save the settings of an experiment as a preset of the project')
    .requiredOption('--from <experiment>', 'an experiment file, an experiment of the project, or a preset')
    .option('--set <key=value>', 'change a setting first (repeatable)', collect)
    .action(async (name: string, options: { from: string; set?: readonly string[] }, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject(async (project) => {
        const text = await findExperimentText(project, options.from);
        await saveUserPreset(project, name, withAssignments(text, options.set ?? [], options.from));
        output.result({ preset: name }, `presets/${name}.yaml`);
      });
    });
  preset
    .command('remove <name>')
    .description('move a preset of the project to its trash')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject(async (project) => {
        await removeUserPreset(project, name);
        output.result({ removed: name }, `${name} moved to the trash`);
      });
    });
};
