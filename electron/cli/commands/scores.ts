import type { Command } from 'commander';
import { AppError } from '@shared/contract/errors';
import { type PublishedValue, publishedTables } from '@shared/domain/published-tables';
import {
  ForeignChoice,
  ForeignColumns,
  type ForeignFit,
  ForeignFormat,
  ForeignJoin,
} from '@shared/domain/foreign-scores';
import {
  importForeign,
  inspectForeign,
  listForeign,
  readForeignFile,
  removeForeign,
} from '@workbench/evaluation/foreign/store';
import { collect, type Register } from '../command';
import { contextOf } from '../context';
import { textTable } from '../output';

interface FileOptions {
  readonly dataset: string;
  readonly set: string;
  readonly as?: string;
  readonly map?: readonly string[];
  readonly by?: string;
  readonly polarity?: string;
}

interface ImportOptions extends FileOptions {
  readonly name?: string;
  readonly title?: string;
  readonly sources?: string;
  readonly note?: string;
}

export const registerScores: Register = (program) => {
  const scores = program.command('scores').description('scores that other programs made, to stand beside own runs');
  const file = (command: Command) =>
    command
      .requiredOption('--dataset <id>', 'dataset of the project that was scored')
      .option('--set <set>', 'which of its sets: dev or test', 'test')
      .option('--as <format>', `layout (default: found out): ${ForeignFormat.options.join(', ')}`)
      .option('--map <field=column>', 'which column holds score, file, video, frame or label (repeatable)', collect)
      .option('--by <join>', 'join by file, video, or order (needs labels that confirm it)')
      .option(
        '--polarity <which>',
        'as-is: higher is bona fide; inverted: higher is attack, so scores are turned round',
      );

  file(scores.command('import <file>').description('take a score file into the project, joined with a dataset'))
    .option('--name <name>', 'short name of the system (default: of the file)')
    .option('--title <title>', 'how tables call it')
    .option('--sources <list>', 'datasets it was trained on, with commas')
    .option('--note <text>', 'what else to know')
    .action(async (path: string, options: ImportOptions, command: Command) => {
      const { output, withProject } = contextOf(command);
      const given = await readForeignFile(path);
      const { system, fit } = await withProject((project) =>
        importForeign(project, given, {
          ...choiceOf(options),
          name: options.name ?? slugOf(given.name),
          title: options.title,
          sources: options.sources?.split(',').map((id) => id.trim()),
          note: options.note,
        }),
      );
      output.result(
        { name: system.name, title: system.title, sources: system.sources, ...answerOf(options, fit) },
        () =>
          [
            `${system.title} on ${options.dataset} ${options.set}`,
            ...fitLines(fit),
            `Show it: add "${system.name}" to a report.`,
          ].join('\n'),
      );
    });

  file(scores.command('inspect <file>').description('how a score file fits a dataset, without taking it in')).action(
    async (path: string, options: FileOptions, command: Command) => {
      const { output, withProject } = contextOf(command);
      const given = await readForeignFile(path);
      const fit = await withProject((project) => inspectForeign(project, given, choiceOf(options)));
      output.result(answerOf(options, fit), () => fitLines(fit).join('\n'));
    },
  );

  scores
    .command('list')
    .description('systems whose scores were imported')
    .action(async (_options: unknown, command: Command) => {
      const { output, withProject } = contextOf(command);
      const systems = await withProject(listForeign);
      output.result({ systems }, () =>
        systems.length === 0
          ? 'No imported scores.'
          : textTable([
              ['name', 'title', 'sources', 'scores of'],
              ...systems.map(({ name, title, sources, files }) => [
                name,
                title,
                sources.join('+'),
                files.map(({ dataset, set }) => `${dataset} ${set}`).join(', '),
              ]),
            ]),
      );
    });

  scores
    .command('published')
    .description('rows of other papers that a report can show, with their ids and sources')
    .action((_options: unknown, command: Command) => {
      contextOf(command).output.result({ tables: publishedTables }, () =>
        publishedTables
          .flatMap(({ title, source, threshold, columns, rows }) => [
            `${title}; threshold: ${threshold}; read in ${source}`,
            textTable([
              ['id', 'method', ...columns.map(({ label }) => label)],
              ...rows.map((row) => [row.id, row.name, ...columns.map(({ id }) => valueWords(row.values[id]))]),
            ]),
            '',
          ])
          .join('\n'),
      );
    });

  scores
    .command('remove <name>')
    .description("move a system's imported scores to the project's trash")
    .action(async (name: string, _options: unknown, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject((project) => removeForeign(project, name));
      output.result({ removed: name }, `Removed ${name}.`);
    });
};

function answerOf({ dataset, set }: FileOptions, { found, ...fit }: ForeignFit) {
  return { dataset, set, ...fit, found };
}

function choiceOf({ dataset, set, as, map = [], by, polarity }: FileOptions): ForeignChoice {
  const columns: Record<string, string> = {};
  for (const text of map) {
    const [field = '', column] = text.split(/=(.*)/s);
    if (column === undefined || column === '' || !(field in ForeignColumns.shape))
      throw new AppError(
        'bad-request',
        `--map ${text}: write FIELD=COLUMN with one of ${Object.keys(ForeignColumns.shape).join(', ')}.`,
      );
    columns[field] = column;
  }
  const parsed = ForeignChoice.safeParse({
    dataset,
    set,
    ...(as === undefined ? {} : { format: as }),
    ...(map.length === 0 ? {} : { columns }),
    ...(by === undefined ? {} : { join: by }),
    ...(polarity === undefined ? {} : { polarity: polarityOf(polarity) }),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const option =
    { format: '--as', join: '--by', set: '--set', dataset: '--dataset' }[String(issue?.path[0])] ?? '--map';
  const uses = { '--as': ForeignFormat.options, '--by': ForeignJoin.options, '--set': ['dev', 'test'] }[option];
  throw new AppError('bad-request', `${option}: ${uses ? `use ${uses.join(', ')}` : (issue?.message ?? 'not valid')}.`);
}

function polarityOf(text: string): 'higher-is-bona-fide' | 'higher-is-attack' {
  if (text === 'as-is' || text === 'higher-is-bona-fide') return 'higher-is-bona-fide';
  if (text === 'inverted' || text === 'higher-is-attack') return 'higher-is-attack';
  throw new AppError('bad-request', `--polarity ${text}: use as-is or inverted.`);
}

function fitLines(fit: ForeignFit): string[] {
  const columns = Object.entries(fit.columns).map(([field, column]) => `${field}=${column}`);
  return [
    `  ${fit.format}, ${String(fit.rows)} rows; ${columns.join(', ')}; joined by ${fit.join}`,
    `  ${String(fit.matched)} matched, ${String(fit.missing)} missing, ${String(fit.extra)} extra`,
    `  AUC ${fit.aucAsGiven === null ? 'not to be had' : fit.aucAsGiven.toFixed(4)} as given${fit.flipped ? ', turned round' : ''}`,
    ...fit.warnings.map(({ kind, message }) => `  ${kind}: ${message}`),
    ...(fit.refusal === null ? [] : [`  refused: ${fit.refusal}`]),
  ];
}

/** HTER or ACER, and AUC, per cent as published. */
function valueWords(value: PublishedValue | undefined): string {
  const rate = value?.hter ?? value?.acer;
  if (value === undefined || rate === undefined) return '–';
  const spread = value.acerSd === undefined ? '' : ` ± ${String(value.acerSd)}`;
  return `${String(rate)}${spread}${value.auc === undefined ? '' : ` / ${String(value.auc)}`}`;
}

/** A name for files from a file's name. */
function slugOf(name: string): string {
  const slug = name
    .replace(/\.[A-Za-z0-9]+$/, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|-+$/g, '')
    .slice(0, 56);
  return slug === '' ? 'imported' : slug;
}
