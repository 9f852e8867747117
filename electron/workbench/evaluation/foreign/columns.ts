import { AppError } from '@shared/contract/errors';
import type { ForeignColumns, ScorePolarity } from '@shared/domain/foreign-scores';
import { bobBonaFide, type ForeignTable, isNumber, isScore } from './parse';

/** Names under which other codes write their columns, best first. */
const knownNames = {
  score: [
    'score',
    'scores',
    'live_score',
    'bonafide_score',
    'liveness',
    'live_prob',
    'prob',
    'probability',
    'prediction',
    'pred',
    'output',
    'confidence',
    'p',
    'map_score',
  ],
  attackScore: ['spoof_score', 'attack_score', 'spoof_prob', 'p_spoof', 'spoof_probability', 'fake_score', 'pa_score'],
  video: ['video_key', 'video_id', 'video', 'videoid', 'video_name', 'clip', 'clip_id'],
  file: [
    'filename',
    'file',
    'path',
    'image',
    'img',
    'image_path',
    'img_path',
    'file_path',
    'name',
    'sample',
    'key',
    'id',
  ],
  frame: ['frame', 'frame_id', 'frame_index', 'frame_number'],
  label: ['is_bonafide', 'label', 'labels', 'class', 'bonafide', 'is_live', 'live', 'target', 'gt', 'y', 'attack_type'],
} as const;

/** A score column that says itself what high means. */
export interface ChosenColumns {
  readonly columns: ForeignColumns;
  /** Set when the score column's name says so (`spoof_score`). */
  readonly namedPolarity: ScorePolarity | null;
}

/**
 * Which column is what: as chosen, else by the names that other codes use, else (columns without names) by what they hold.
 * @throws AppError `bad-request` for a column that is not there; `invalid` when no column can be told to hold the scores
 */
export function chooseColumns(
  table: ForeignTable,
  name: string,
  chosen: Partial<Record<keyof ForeignColumns, string | undefined>> = {},
): ChosenColumns {
  for (const [field, column] of Object.entries(chosen))
    if (column !== undefined && !table.columns.includes(column))
      throw new AppError(
        'bad-request',
        `${name} has no column "${column}" for ${field}; it has ${table.columns.join(', ')}.`,
        { path: name, column },
      );
  const isNamed = table.columns.some((column) => !/^\d+$/.test(column));
  const found = isNamed ? byName(table) : byContent(table);
  const score = chosen.score ?? found.score;
  if (score === undefined)
    throw new AppError(
      'invalid',
      `${name}: no column can be told to hold the scores; name it with score=COLUMN. Columns: ${table.columns.join(', ')}.`,
      { path: name, columns: [...table.columns] },
    );
  const pick = (field: 'file' | 'video' | 'frame' | 'label') => {
    const column = chosen[field] ?? found[field];
    return column === undefined || column === score ? {} : { [field]: column };
  };
  return {
    columns: { score, ...pick('file'), ...pick('video'), ...pick('frame'), ...pick('label') },
    namedPolarity: isNamed && isOneOf(score, knownNames.attackScore) ? 'higher-is-attack' : null,
  };
}

type Found = Partial<Record<keyof ForeignColumns, string>>;

function byName({ columns }: ForeignTable): Found {
  const find = (names: readonly string[]) =>
    names.flatMap((name) => columns.filter((column) => column.trim().toLowerCase() === name))[0];
  const found: Record<keyof ForeignColumns, string | undefined> = {
    score: find(knownNames.score) ?? find(knownNames.attackScore),
    file: find(knownNames.file),
    video: find(knownNames.video),
    frame: find(knownNames.frame),
    label: find(knownNames.label),
  };
  return Object.fromEntries(Object.entries(found).filter(([, column]) => column !== undefined));
}

/** Rows that are looked at to tell columns apart. */
const lookedAt = 500;

function byContent({ columns, rows }: ForeignTable): Found {
  const described = columns.map((column, index) => {
    const values = rows.slice(0, lookedAt).map((row) => row.values[index] ?? '');
    const distinct = new Set(values);
    const numeric = values.every(isScore) && values.some(isNumber);
    const isLabel = distinct.size <= 12 && values.every((value) => /^[-+]?\d{1,2}$/.test(value));
    return { column, numeric, isLabel, distinct: distinct.size };
  });
  const ids = described.filter(({ numeric }) => !numeric).sort((a, b) => b.distinct - a.distinct);
  const scores = described.filter(({ numeric, isLabel }) => numeric && !isLabel);
  const labels = described.filter(({ isLabel }) => isLabel);
  const [words] = ids.slice(1);
  // Two columns that may both be the score are not told apart by a guess.
  const score = scores.length === 1 ? scores[0]?.column : undefined;
  const label = labels.length === 1 ? labels[0]?.column : labels.length === 0 ? words?.column : undefined;
  return {
    ...(score === undefined ? {} : { score }),
    ...(ids[0] === undefined ? {} : { file: ids[0].column }),
    ...(label === undefined ? {} : { label }),
  };
}

function isOneOf(column: string, names: readonly string[]): boolean {
  return names.includes(column.trim().toLowerCase());
}

const bonaFideWords = /^(bona[ _-]?fide|real|live|genuine|client|true)$/i;
const attackWords = /^(attack|spoof|fake|imposter|impostor|false|pa)$/i;

/** The class that a label names by a word; null for numbers and unknown words, whose meaning the dataset has to tell. */
export function classOfWord(label: string): 'bona fide' | 'attack' | null {
  if (label === bobBonaFide || bonaFideWords.test(label.trim())) return 'bona fide';
  return attackWords.test(label.trim()) ? 'attack' : null;
}
