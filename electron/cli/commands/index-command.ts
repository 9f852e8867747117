import type { Command } from 'commander';
import { rebuildIndex } from '@workbench/project/index-db';
import { contextOf } from '../context';
import type { Register } from '../command';

export const registerIndex: Register = (program) => {
  program
    .command('index')
    .description("make the project's index again from its files")
    .action(async (_options: unknown, command: Command) => {
      const { output, withProject } = contextOf(command);
      const { datasets, items } = await withProject((project) => rebuildIndex(project));
      output.result({ datasets, items }, `Indexed ${items} items of ${datasets} datasets.`);
    });
};
