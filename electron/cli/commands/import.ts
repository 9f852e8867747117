import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { AppError } from '@shared/contract/errors';
import { ImporterName, type CountsBySet } from '@shared/domain/dataset';
import { importDataset } from '@workbench/datasets/import-dataset';
import { contextOf } from '../context';
import type { Register } from '../command';

const Importer = ImporterName.exclude(['synthetic']);

export const registerImport: Register = (program) => {
  program
    .command('import <path>')
    .description('take a folder or a list of photographs into the project (files stay where they are)')
    .requiredOption('--as <importer>', `how to read it: ${Importer.options.join(', ')}`)
    .option('--name <name>', 'name of the dataset (default: of the folder or file)')
    .action(async (path: string, options: { as: string; name?: string }, command: Command) => {
      const { output, withProject } = contextOf(command);
      const importer = Importer.safeParse(options.as);
      if (!importer.success)
        throw new AppError(
          'bad-request',
          `--as ${options.as}: unknown importer; use ${Importer.options.join(' or ')}.`,
        );
      if (!existsSync(path)) throw new AppError('not-found', `${path}: no such file or folder.`, { path });
      const dataset = await withProject((project) =>
        importDataset(project, { path, importer: importer.data, name: options.name }),
      );
      const items = Object.values(dataset.counts).reduce((sum, { bonaFide, attack }) => sum + bonaFide + attack, 0);
      const findings = dataset.findings.map(({ kind, path: where, message }) => ({ kind, path: where, message }));
      output.result(
        {
          dataset: dataset.id,
          items,
          counts: dataset.counts,
          protocols: { [dataset.split]: dataset.counts },
          findings,
        },
        () =>
          [
            `${dataset.id}: ${items} images, ${dataset.subjects} subjects`,
            ...countLines(dataset.counts),
            ...findings.map(
              ({ kind, path: where, message }) => `  ${kind}: ${where === null ? '' : `${where}: `}${message}`,
            ),
            `Next: relief prepare ${dataset.id}`,
          ].join('\n'),
      );
    });
};

function countLines(counts: CountsBySet): string[] {
  return Object.entries(counts).map(
    ([set, { bonaFide, attack }]) => `  ${set}: ${bonaFide} bona fide, ${attack} attacks`,
  );
}
