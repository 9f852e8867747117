import type { ForeignChoice, ForeignFit, ForeignWarning, ScorePolarity } from '@shared/domain/foreign-scores';
import type { MediaItem } from '@shared/domain/media-item';
import { areaUnderRoc } from '@shared/metrics/curves';
import { scoreSetOf, sortScores } from '@shared/metrics/score-set';
import { chooseColumns, classOfWord } from './columns';
import { type Joined, joinScores } from './join';
import { type ForeignTable, parseForeign } from './parse';

/** Ids and values that are listed at most. */
const listed = 100;
const examples = 3;

export interface FittedScores {
  readonly fit: ForeignFit;
  readonly joined: Joined;
}

/**
 * Reads a foreign score file and joins it with a set, and looks whether its scores and labels mean what they should. Nothing
 * is turned round unless a person or the column's name says so: an AUC below one half, or labels that contradict the
 * dataset, only stop it.
 * @param items of the set
 * @throws AppError as parsing, choosing columns and joining do
 */
export function fitForeign(
  text: string,
  name: string,
  items: readonly MediaItem[],
  choice: Omit<ForeignChoice, 'dataset' | 'set'>,
): FittedScores {
  const table = parseForeign(text, name, choice.format);
  const { columns, namedPolarity } = chooseColumns(table, name, choice.columns);
  const joined = joinScores(table, columns, items, name, choice.join);
  const polarity = choice.polarity ?? namedPolarity ?? 'higher-is-bona-fide';
  const aucAsGiven = aucOf(joined);
  const labels = countLabels(joined);
  const warnings = [
    ...polarityWarnings(aucAsGiven, polarity, choice.polarity !== undefined, namedPolarity !== null),
    ...labelWarnings(labels, columns.label),
    ...joinWarnings(joined, items),
  ];
  const auc = aucAsGiven === null || polarity === 'higher-is-bona-fide' ? aucAsGiven : 1 - aucAsGiven;
  return {
    joined,
    fit: {
      format: table.format,
      found: describeColumns(table),
      columns,
      join: joined.join,
      rows: table.rows.length,
      matched: joined.matched,
      missing: joined.missing.length,
      extra: joined.extra.length,
      missingIds: joined.missing.slice(0, listed),
      extraIds: joined.extra.slice(0, listed),
      failures: joined.scores.filter(({ score }) => Number.isNaN(score)).length,
      labels,
      aucAsGiven,
      polarity,
      flipped: polarity === 'higher-is-attack',
      refusal: auc !== null && auc < 0.5 && choice.polarity === undefined ? refusalWords(auc, columns.score) : null,
      warnings,
    },
  };
}

/** Scores as the project keeps them: higher = more bona fide. */
export function orientedScore(score: number, polarity: ScorePolarity): number {
  return polarity === 'higher-is-attack' ? -score : score;
}

function refusalWords(auc: number, column: string): string {
  return (
    `AUC is ${auc.toFixed(3)}, below one half: higher values of "${column}" go with attacks. ` +
    'Say so (polarity inverted) to turn the scores round, or that they are as they should be (polarity as-is).'
  );
}

function polarityWarnings(
  aucAsGiven: number | null,
  polarity: ScorePolarity,
  isChosen: boolean,
  isNamed: boolean,
): ForeignWarning[] {
  if (aucAsGiven === null)
    return [{ kind: 'polarity', message: 'One class has no scores, so nothing shows whether higher means bona fide.' }];
  const auc = polarity === 'higher-is-attack' ? 1 - aucAsGiven : aucAsGiven;
  const words = `AUC is ${aucAsGiven.toFixed(3)} as the file has them`;
  const turned = polarity === 'higher-is-attack' ? ` and ${auc.toFixed(3)} turned round` : '';
  if (auc < 0.5)
    return [
      {
        kind: 'polarity',
        message: `The scores look inverted: ${words}${turned}.${isChosen ? ' They are kept so because that was asked for.' : ''}`,
      },
    ];
  if (polarity === 'higher-is-attack')
    return [
      {
        kind: 'polarity',
        message: `Inverted polarity: the scores are turned round, as ${isChosen ? 'was asked for' : isNamed ? "the column's name says" : 'needed'}; ${words}${turned}.`,
      },
    ];
  return [];
}

/** How often each label stands on either class of the dataset. */
function countLabels({ scores }: Joined): ForeignFit['labels'] {
  const counts = new Map<string, { bonaFide: number; attacks: number }>();
  for (const { label, item } of scores) {
    if (label === null) continue;
    const count = counts.get(label) ?? { bonaFide: 0, attacks: 0 };
    if (item.attackType === null) count.bonaFide++;
    else count.attacks++;
    counts.set(label, count);
  }
  return [...counts]
    .map(([value, count]) => ({ value, ...count }))
    .sort((a, b) => b.bonaFide + b.attacks - a.bonaFide - a.attacks || (a.value < b.value ? -1 : 1))
    .slice(0, listed);
}

function labelWarnings(labels: ForeignFit['labels'], column: string | undefined): ForeignWarning[] {
  const mixed = labels.filter(({ bonaFide, attacks }) => bonaFide > 0 && attacks > 0);
  const contradicting = mixed.reduce((sum, { bonaFide, attacks }) => sum + Math.min(bonaFide, attacks), 0);
  const reversed = labels.filter(({ value, bonaFide, attacks }) => {
    const word = meaningOf(value, column);
    return (word === 'bona fide' && attacks > bonaFide) || (word === 'attack' && bonaFide > attacks);
  });
  return [
    ...(reversed.length === 0
      ? []
      : [
          {
            kind: 'labels' as const,
            message: `Labels are the other way round than their names say: ${reversed.map(({ value, bonaFide, attacks }) => `"${value}" stands on ${String(bonaFide)} bona fide samples and ${String(attacks)} attacks`).join('; ')}. The dataset's own classes are used.`,
          },
        ]),
    ...(contradicting === 0
      ? []
      : [
          {
            kind: 'labels' as const,
            message: `${String(contradicting)} labels contradict the dataset (${mixed.map(({ value }) => `"${value}"`).join(', ')} stand on both classes). The dataset's own classes are used.`,
          },
        ]),
  ];
}

/** What a label means by its word, or by the name of its column (`is_bonafide`, `is_live`). */
function meaningOf(value: string, column: string | undefined): 'bona fide' | 'attack' | null {
  if (column !== undefined && /^(is_)?(bonafide|live)$/i.test(column)) {
    if (/^(1|true|yes)$/i.test(value)) return 'bona fide';
    if (/^(0|false|no)$/i.test(value)) return 'attack';
  }
  return classOfWord(value);
}

function joinWarnings({ missing, extra, scores, join }: Joined, items: readonly MediaItem[]): ForeignWarning[] {
  const unit = join === 'video' ? 'video' : 'file';
  const of = (count: number) => `${String(count)} ${unit}${count === 1 ? '' : 's'}`;
  const failures = scores.filter(({ score }) => Number.isNaN(score)).length;
  const perVideo = join === 'video' && items.some(({ kind }) => kind === 'image');
  return [
    ...(missing.length === 0
      ? []
      : [
          {
            kind: 'missing' as const,
            message: `${of(missing.length)} of the set ${missing.length === 1 ? 'has' : 'have'} no score in the file, such as ${missing[0] ?? ''}.`,
          },
        ]),
    ...(extra.length === 0
      ? []
      : [
          {
            kind: 'extra' as const,
            message: `${of(extra.length)} of the file ${extra.length === 1 ? 'is' : 'are'} not in the set, such as ${extra[0] ?? ''}.`,
          },
        ]),
    ...(failures === 0
      ? []
      : [{ kind: 'failures' as const, message: `${String(failures)} samples have no number: failures to acquire.` }]),
    ...(perVideo
      ? [{ kind: 'level' as const, message: 'One score a video: compare it at a video level, not with frames.' }]
      : []),
  ];
}

function aucOf({ scores }: Joined): number | null {
  return areaUnderRoc(
    sortScores(
      scoreSetOf({
        scores: Float64Array.from(scores, ({ score }) => score),
        attackTypes: scores.map(({ item }) => item.attackType ?? ''),
      }),
    ),
  );
}

function describeColumns({ columns, rows }: ForeignTable): ForeignFit['found'] {
  return columns.map((name, index) => ({
    name,
    examples: rows.slice(0, examples).map(({ values }) => values[index] ?? ''),
  }));
}
