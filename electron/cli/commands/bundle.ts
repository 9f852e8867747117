import type { Command } from 'commander';
import { join, resolve } from 'node:path';
import { writeBundle } from '@workbench/reports/bundle';
import { readReport } from '@workbench/service/report-definitions';
import { contextOf } from '../context';
import type { Register } from '../command';

export const registerBundle: Register = (program) => {
  program
    .command('bundle <report>')
    .description('scores, thresholds, settings and hashes behind a report, without faces, and what rebuilds its tables')
    .option('-o, --output <dir>', "a new folder (default: the project's reports/<report>-bundle)")
    .action(async (name: string, options: { readonly output?: string }, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject(async (project) => {
        const definition = await readReport(project, name);
        const folder = resolve(options.output ?? join(project.folder, 'reports', `${name}-bundle`));
        const bundle = await writeBundle(project, definition, folder);
        output.result(bundle, () =>
          [
            `wrote ${bundle.folder}: ${String(bundle.files.length)} files, ${(bundle.bytes / 1e6).toFixed(1)} MB`,
            `Rebuild the table inside it: ${bundle.command}`,
          ].join('\n'),
        );
      });
    });
};
