import { type Command, InvalidArgumentError } from 'commander';
import { AppError } from '@shared/contract/errors';
import { MarkChange } from '@shared/domain/marks';
import { markItems, stepMarks } from '@workbench/datasets/marks';
import { listDatasetIds } from '@workbench/datasets/store';
import { openIndex } from '@workbench/project/index-db';
import type { Project } from '@workbench/project/project';
import { SampleColumnsCache } from '@workbench/service/columns-cache';
import { SampleQueries } from '@workbench/service/sample-query';
import { contextOf } from '../context';
import type { Register } from '../command';
import { textTable } from '../output';

interface Options {
  readonly limit: number;
  readonly exclude?: string;
  readonly include?: boolean;
  readonly tag?: string;
  readonly untag?: string;
  readonly undo?: boolean;
}

export const registerSamples: Register = (program) => {
  program
    .command('samples [query...]')
    .description('list or mark the samples that a query finds, as the query bar of the window does')
    .option('--limit <n>', 'samples to list', readLimit, 50)
    .option('--exclude <reason>', 'leave them out of training and evaluation')
    .option('--include', 'take them in again')
    .option('--tag <name>', 'tag them')
    .option('--untag <name>', 'take a tag off them')
    .option('--undo', 'take the newest mark back')
    .addHelpText('after', '\nExample: relief samples "pai=print and subject=12 and yaw > 20" --exclude "profile"')
    .action(async (words: string[], options: Options, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject(async (project) => {
        if (options.undo) {
          const edit = await stepMarks(project, await listDatasetIds(project), 'undo');
          output.result({ edit }, edit ? `Undone: ${edit.change.action}, ${edit.items} samples.` : 'Nothing to undo.');
          return;
        }
        const change = changeOf(options);
        const found = await find(project, words.join(' '), change ? 0 : options.limit);
        if (!change) {
          const { total, samples } = found;
          output.result({ total, samples }, () =>
            total === 0 ? 'No sample.' : `${textTable([head, ...samples.map(lineOf)])}\n${samples.length} of ${total}`,
          );
          return;
        }
        await markItems(project, found.items(), change);
        output.result({ marked: found.total, change }, `${found.total} samples: ${wordsOf(change)}.`);
      });
    });
};

const head = ['dataset', 'path', 'subject', 'set', 'attack type', 'excluded', 'tags'];
type Sample = Awaited<ReturnType<typeof find>>['samples'][number];

function lineOf({ dataset, path, subject, set, attackType, excluded, tags }: Sample): string[] {
  return [dataset, path, subject ?? '-', set, attackType ?? 'bona fide', excluded ?? '', tags.join(', ')];
}

/** @throws AppError `invalid` when the query cannot be read */
async function find(project: Project, text: string, limit: number) {
  const index = await openIndex(project);
  try {
    const cache = new SampleColumnsCache(project, index);
    const datasets = await Promise.all((await listDatasetIds(project)).map((id) => cache.of(id)));
    const queries = new SampleQueries();
    const filter = { datasets: [], facets: {}, text };
    const page = await queries.page(datasets, { filter, order: 'listed', offset: 0, limit });
    const paths = new Map(datasets.map((columns) => [columns.dataset.id, columns.paths]));
    const samples = page.tiles.map(({ dataset, index: line, subject, set, attackType, excluded, tags, prepared }) => ({
      ...{ dataset, index: line, path: paths.get(dataset)?.[line] ?? '', subject, set, attackType },
      ...{ prepared, excluded, tags },
    }));
    return { total: page.samples, samples, items: () => queries.itemsOf(datasets, filter) };
  } finally {
    index.close();
  }
}

function changeOf({ exclude, include, tag, untag }: Options): MarkChange | null {
  const changes = [
    ...(exclude === undefined ? [] : [{ action: 'exclude', reason: exclude }]),
    ...(include ? [{ action: 'include' }] : []),
    ...(tag === undefined ? [] : [{ action: 'tag', tag }]),
    ...(untag === undefined ? [] : [{ action: 'untag', tag: untag }]),
  ];
  if (changes.length > 1)
    throw new AppError('bad-request', 'One mark at a time: --exclude, --include, --tag or --untag.');
  if (changes.length === 0) return null;
  const parsed = MarkChange.safeParse(changes[0]);
  if (parsed.success) return parsed.data;
  throw new AppError('bad-request', `The mark cannot be taken: ${parsed.error.issues[0]?.message ?? ''}.`);
}

function wordsOf(change: MarkChange): string {
  switch (change.action) {
    case 'exclude':
      return `excluded (${change.reason})`;
    case 'include':
      return 'kept';
    case 'tag':
      return `tagged ${change.tag}`;
    case 'untag':
      return `tag ${change.tag} taken off`;
  }
}

function readLimit(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('a whole number.');
  return Math.min(2000, Number(text));
}
