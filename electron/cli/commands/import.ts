import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { AppError } from '@shared/contract/errors';
import { ImporterName, type CountsBySet, type Dataset } from '@shared/domain/dataset';
import { importDataset } from '@workbench/datasets/import-dataset';
import type { ColumnChoice } from '@workbench/datasets/importers/importer';
import { countDivision, divide } from '@workbench/datasets/protocols/counts';
import { readDatasetProtocols } from '@workbench/datasets/protocols/store';
import { readItems } from '@workbench/datasets/store';
import type { Project } from '@workbench/project/project';
import { collect, type Register } from '../command';
import { contextOf } from '../context';

const Importer = ImporterName.exclude(['synthetic']);

interface Options {
  readonly as: string;
  readonly name?: string;
  readonly root?: string;
  readonly column?: readonly string[];
  readonly bonaFide?: readonly string[];
}

export const registerImport: Register = (program) => {
  program
    .command('import <path>')
    .description('take a dataset, a folder or a list into the project (files stay where they are)')
    .requiredOption('--as <importer>', `how to read it: ${Importer.options.join(', ')}`)
    .option('--name <name>', 'name of the dataset (default: of the folder or file)')
    .option('--root <folder>', "lists: the folder that their paths are relative to (default: the list's own)")
    .option(
      '--column <field=column>',
      'csv: which column holds path, label, attackType, subject, session, device, set, video or frame (repeatable)',
      collect,
    )
    .option('--bona-fide <value>', 'csv: a value of the label column that means bona fide (repeatable)', collect)
    .action(async (path: string, options: Options, command: Command) => {
      const { output, withProject } = contextOf(command);
      const importer = Importer.safeParse(options.as);
      if (!importer.success)
        throw new AppError(
          'bad-request',
          `--as ${options.as}: unknown importer; use one of ${Importer.options.join(', ')}.`,
        );
      if (!existsSync(path)) throw new AppError('not-found', `${path}: no such file or folder.`, { path });
      const columns = columnsOf(options);
      const { dataset, protocols } = await withProject(async (project) => {
        const imported = await importDataset(project, {
          path,
          importer: importer.data,
          name: options.name,
          root: options.root,
          columns,
        });
        return { dataset: imported, protocols: await protocolCounts(project, imported) };
      });
      const items = Object.values(dataset.counts).reduce((sum, { bonaFide, attack }) => sum + bonaFide + attack, 0);
      const findings = dataset.findings.map(({ kind, path: where, message }) => ({ kind, path: where, message }));
      output.result(
        {
          dataset: dataset.id,
          items,
          counts: dataset.counts,
          protocols,
          expected: dataset.expected ?? [],
          polarity: dataset.polarity ?? null,
          findings,
        },
        () =>
          [
            `${dataset.id}: ${items} items, ${dataset.subjects} subjects`,
            ...countLines(dataset.counts),
            ...(dataset.polarity === undefined ? [] : [`  labels: ${dataset.polarity}`]),
            ...Object.entries(protocols).map(([name, counts]) => `  ${name}: ${countWords(counts)}`),
            ...findings.map(({ kind, message }) => `  ${kind}: ${message}`),
            `Next: relief prepare ${dataset.id}`,
          ].join('\n'),
      );
    });
};

const fields = ['path', 'attackType', 'subject', 'session', 'device', 'set', 'video', 'frame'] as const;

/** `--column path=img --column label=y --bona-fide 1`. */
function columnsOf({ column = [], bonaFide = [] }: Options): ColumnChoice | undefined {
  if (column.length === 0 && bonaFide.length === 0) return undefined;
  const given = new Map(
    column.map((text) => {
      const [field = '', name] = text.split(/=(.*)/s);
      if (name === undefined || !(field === 'label' || fields.some((known) => known === field)))
        throw new AppError(
          'bad-request',
          `--column ${text}: write FIELD=COLUMN with one of label, ${fields.join(', ')}.`,
        );
      return [field, name] as const;
    }),
  );
  const label = given.get('label');
  if ((label === undefined) !== (bonaFide.length === 0))
    throw new AppError(
      'bad-request',
      'A label column needs the values that mean bona fide: --column label=NAME --bona-fide VALUE.',
    );
  return {
    ...Object.fromEntries(fields.flatMap((field) => (given.has(field) ? [[field, given.get(field)]] : []))),
    ...(label === undefined ? {} : { label: { column: label, bonaFide } }),
  };
}

/** Counts of every protocol that came with the dataset; of its own sets where none did. */
async function protocolCounts(project: Project, dataset: Dataset): Promise<Record<string, CountsBySet>> {
  const protocols = await readDatasetProtocols(project, dataset.id);
  if (protocols.length === 0) return { [dataset.split]: dataset.counts };
  const items = await readItems(project, dataset.id);
  return Object.fromEntries(
    protocols.map(({ name, sets, carve }) => [name, countDivision(items, divide(items, sets, carve, dataset.id))]),
  );
}

function countWords(counts: CountsBySet): string {
  return Object.entries(counts)
    .map(([set, { bonaFide, attack }]) => `${set} ${bonaFide}+${attack}`)
    .join(', ');
}

function countLines(counts: CountsBySet): string[] {
  return Object.entries(counts).map(
    ([set, { bonaFide, attack }]) => `  ${set}: ${bonaFide} bona fide, ${attack} attacks`,
  );
}
