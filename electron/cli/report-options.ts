import type { Command } from 'commander';
import { AppError } from '@shared/contract/errors';
import { AttackGrouping, FloorKind, ReportDefinition, SpreadKind } from '@shared/domain/report';
import { EpochRule, ScoreKind, scoreLevelWords } from '@shared/domain/scores';
import { collect } from './command';

/** What the command line may change of a report; names as in its definition. */
export interface DefinitionOptions {
  readonly title?: string;
  readonly threshold?: string;
  readonly level?: string;
  readonly score?: string;
  readonly epoch?: string;
  readonly grouping?: string;
  readonly floors?: string;
  readonly foreign?: string;
  readonly ownSamples?: true;
  readonly published?: string;
  readonly column?: readonly string[];
  readonly baseline?: string;
  readonly spread?: string;
  readonly decimals?: string;
}

/** Adds the options that say what a report shows and how its numbers are made. */
export function addDefinitionOptions(command: Command): Command {
  return command
    .option('--title <title>', 'title of the report')
    .option('--threshold <policy>', 'source-dev-eer, target-dev-eer, source-dev-apcer:X, fixed:X, oracle-eer…')
    .option('--level <level>', scoreLevelWords)
    .option('--score <kind>', ScoreKind.options.join(' or '))
    .option('--epoch <rule>', EpochRule.options.join(' or '))
    .option('--grouping <how>', `attack types of APCER's maximum: ${AttackGrouping.options.join(' or ')}`)
    .option('--floors <list>', `floor rows: ${FloorKind.options.join(',')} or none`)
    .option('--foreign <list>', 'imported scores to show beside the runs (see "relief scores list"), or none')
    .option('--own-samples', 'measure each system on all samples it has, not on those that all of them have')
    .option('--published <list>', 'rows of other papers (see "relief scores published"), or none')
    .option('--column <published=dataset>', 'which dataset a published column is (repeatable)', collect)
    .option('--baseline <system>', 'compare every other system with this one, sample by sample')
    .option('--spread <kind>', `standard deviation after ±: ${SpreadKind.options.join(' or ')}`)
    .option('--decimals <n>', 'digits after the point of a per cent value');
}

/**
 * A definition with the options that were given.
 * @throws AppError `bad-request` naming the option that is not valid
 */
export function withDefinitionOptions(definition: ReportDefinition, options: DefinitionOptions): ReportDefinition {
  const list = (text: string | undefined) => (text === 'none' ? [] : text?.split(',').map((part) => part.trim()));
  const floors = list(options.floors);
  const foreign = list(options.foreign);
  const rows = list(options.published);
  const columns = columnsOf(options.column);
  const { making, published } = definition;
  const wanted = {
    ...definition,
    ...given('title', options.title),
    making: {
      ...making,
      ...given('policy', options.threshold),
      ...given('level', options.level),
      ...given('score', options.score),
      ...given('epoch', options.epoch),
      ...given('grouping', options.grouping),
    },
    ...(floors === undefined ? {} : { floors: floors.length > 0, floorRows: floors }),
    ...given('foreign', foreign),
    ...(options.ownSamples ? { commonSubset: false } : {}),
    ...(rows === undefined && columns === undefined
      ? {}
      : {
          published: {
            rows: rows ?? published?.rows ?? [],
            columns: { ...published?.columns, ...columns },
          },
        }),
    ...given('baseline', options.baseline),
    ...given('spread', options.spread),
    ...(options.decimals === undefined ? {} : { decimals: Number(options.decimals) }),
  };
  const parsed = ReportDefinition.safeParse(wanted);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AppError('bad-request', `${optionOf(issue?.path ?? [])}: ${issue?.message ?? 'not valid'}.`);
}

/** `{ [name]: value }`, or nothing. */
function given(name: string, value: unknown): Record<string, unknown> {
  return value === undefined ? {} : { [name]: value };
}

function columnsOf(texts: readonly string[] | undefined): Record<string, string> | undefined {
  if (!texts) return undefined;
  return Object.fromEntries(
    texts.map((text) => {
      const [column = '', dataset] = text.split(/=(.*)/s);
      if (dataset === undefined || dataset === '')
        throw new AppError('bad-request', `--column ${text}: write PUBLISHED=DATASET, such as M=msu-mfsd.`);
      return [column, dataset];
    }),
  );
}

function optionOf(path: readonly PropertyKey[]): string {
  const [first, second] = path.map(String);
  if (first === 'making') return `--${second === 'policy' ? 'threshold' : (second ?? '')}`;
  return { floorRows: '--floors', published: '--published', name: '--save' }[first ?? ''] ?? `--${first ?? ''}`;
}
