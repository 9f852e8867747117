import type { ColumnMapping } from '@shared/contract/channels';
import type { ListColumn } from '@shared/domain/import-preview';

/** A field that a column of a list may hold. */
export type MappedField = Exclude<keyof ColumnMapping, 'label'>;

export const mappedFields: readonly {
  readonly field: MappedField;
  readonly title: string;
  readonly names: readonly string[];
}[] = [
  {
    field: 'path',
    title: 'Path',
    names: ['path', 'filename', 'file', 'image', 'img', 'image_path', 'photo_path', 'filepath'],
  },
  { field: 'attackType', title: 'Attack type', names: ['attack_type', 'spoof_type', 'pai', 'attack'] },
  {
    field: 'subject',
    title: 'Subject',
    names: ['subject', 'subject_id', 'person', 'client', 'client_id', 'user', 'id'],
  },
  { field: 'set', title: 'Set', names: ['split', 'set', 'partition', 'fold', 'subset'] },
  { field: 'session', title: 'Session', names: ['session', 'session_id'] },
  { field: 'device', title: 'Device', names: ['device', 'phone', 'camera', 'sensor'] },
  { field: 'video', title: 'Video', names: ['video_id', 'video', 'clip', 'photo_belong_to_video_id'] },
  { field: 'frame', title: 'Frame', names: ['frame', 'frame_id', 'frame_number'] },
];

const labelNames = ['label', 'class', 'photo_label', 'is_live', 'liveness', 'target', 'y'];
const bonaFideWords = new Set(['live', 'real', 'genuine', 'bona fide', 'bona-fide', 'bonafide', 'bona_fide']);

/** What a list's columns most likely hold, by their names. A label's values are only chosen where a word says which is which. */
export function guessColumns(columns: readonly ListColumn[]): ColumnMapping {
  const taken = new Set<string>();
  const take = (names: readonly string[]) => {
    const found = names.find((name) => !taken.has(name) && columns.some((column) => column.name === name));
    if (found !== undefined) taken.add(found);
    return found;
  };
  const mapping: Partial<Record<MappedField, string>> = {};
  for (const { field, names } of mappedFields) {
    const found = take(names);
    if (found !== undefined) mapping[field] = found;
  }
  const hasClass = mapping.attackType !== undefined || columns.some(({ name }) => name === 'is_bonafide');
  const label = hasClass ? undefined : take(labelNames);
  const words = columns
    .find(({ name }) => name === label)
    ?.values.filter((value) => bonaFideWords.has(value.toLowerCase()));
  return {
    ...mapping,
    ...(label !== undefined && words && words.length > 0 ? { label: { column: label, bonaFide: words } } : {}),
  };
}

/** The options of the command that say the same. */
export function columnOptions(mapping: ColumnMapping): string {
  const quoted = (text: string) => (/^[A-Za-z0-9_.=-]+$/.test(text) ? text : JSON.stringify(text));
  const { label, ...fields } = mapping;
  return [
    ...Object.entries(fields).map(([field, column]) => ` --column ${quoted(`${field}=${column}`)}`),
    ...(label
      ? [
          ` --column ${quoted(`label=${label.column}`)}`,
          ...label.bonaFide.map((value) => ` --bona-fide ${quoted(value)}`),
        ]
      : []),
  ].join('');
}
