import type { Comparison } from './parse';

/** Other names that people use for a field. */
export const fieldAliases: Readonly<Record<string, string>> = {
  pai: 'attackType',
  attack: 'attackType',
  type: 'attackType',
  attacktype: 'attackType',
  attack_type: 'attackType',
  label: 'class',
  domain: 'dataset',
  clip: 'video',
  video_id: 'video',
  videoid: 'video',
  phone: 'device',
  sensor: 'device',
  tags: 'tag',
};

/** Words that people use for a value. */
const valueWords: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  class: {
    bonafide: 'bona fide',
    'bona-fide': 'bona fide',
    live: 'bona fide',
    real: 'bona fide',
    genuine: 'bona fide',
    spoof: 'attack',
    fake: 'attack',
  },
  excluded: { yes: 'excluded', true: 'excluded', no: 'kept', false: 'kept' },
};

/** The name of a field however it is written; a name that is none stays as it is. */
export function fieldNamed(field: string, fields: readonly string[]): string {
  const exact =
    fields.find((name) => name === field) ?? fields.find((name) => name.toLowerCase() === field.toLowerCase());
  return exact ?? fieldAliases[field.toLowerCase()] ?? field;
}

/**
 * Without regard to case; whole numbers with or without zeros in front; `print` stands for `print/1` and `print/2`, too; a star
 * at the end for anything.
 */
export function valueMatches(name: string, value: string, wanted: string): boolean {
  const [have, want] = [value.toLowerCase(), wanted.toLowerCase()];
  const meant = valueWords[name]?.[want] ?? want;
  if (have === meant || (name === 'attackType' && have.startsWith(`${meant}/`))) return true;
  if (meant.endsWith('*')) return have.startsWith(meant.slice(0, -1));
  return /^\d+$/.test(have) && /^\d+$/.test(meant) && Number(have) === Number(meant);
}

/** Whether a value that is there fulfils a comparison; `!=` is asked as `=` and turned round outside. */
export function valueFits(name: string, value: string, comparison: Comparison, values: readonly string[]): boolean {
  switch (comparison) {
    case '=':
    case '!=':
      return values.some((wanted) => valueMatches(name, value, wanted));
    case '~':
      return values.some((wanted) => value.toLowerCase().includes(wanted.toLowerCase()));
    default:
      return value.trim() !== '' && compareNumbers(Number(value), comparison, Number(values[0]));
  }
}

export function compareNumbers(value: number, comparison: Comparison, other: number): boolean {
  switch (comparison) {
    case '<':
      return value < other;
    case '<=':
      return value <= other;
    case '>':
      return value > other;
    case '>=':
      return value >= other;
    default:
      return value === other;
  }
}
