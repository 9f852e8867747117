import type { Command } from 'commander';
import { indexProject } from '@workbench/service/index-project';
import { contextOf } from '../context';
import type { Register } from '../command';

export const registerIndex: Register = (program) => {
  program
    .command('index')
    .description("make the project's index again from its files")
    .action(async (_options: unknown, command: Command) => {
      const { output, withProject } = contextOf(command);
      const { datasets, items } = await withProject((project) => indexProject(project));
      output.result({ datasets, items }, `Indexed ${items} items of ${datasets} datasets.`);
    });
};
