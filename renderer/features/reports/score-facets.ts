import type { ScoreColumns } from '@shared/contract/channels';
import type { BreakdownFacet } from '@shared/metrics/breakdown';

export interface NamedFacet extends BreakdownFacet {
  readonly title: string;
}

/** Attack type, subject, and every facet that the samples have: what scores can be broken down by. */
export function facetsOf({ attackTypes, attackType, rows }: ScoreColumns): NamedFacet[] {
  const types: NamedFacet = { name: 'attack', title: 'Attack type', values: attackTypes, codes: attackType };
  if (!rows) return [types];
  const subjects = [...new Set(rows.subjects)].sort();
  const place = new Map(subjects.map((subject, index) => [subject, index]));
  const bySubject: NamedFacet = {
    name: 'subject',
    title: 'Subject',
    values: subjects,
    codes: Int32Array.from(rows.subjects, (subject) => place.get(subject) ?? -1),
  };
  return [types, ...rows.facets, bySubject];
}

const groupNames = /^(gender|sex|ethnicity|race|skin|skin[- ]?tone|age|age[- ]?group|glasses)$/i;

/** Facets that tell groups of people apart. */
export function isGroup({ name }: BreakdownFacet): boolean {
  return groupNames.test(name.replace(/^tag[:.]/, ''));
}

/** A sample the threshold decides wrongly. */
export interface WrongSample {
  readonly row: number;
  readonly score: number;
  readonly attackType: string | null;
}

/** The `count` worst of each kind: attacks accepted with the highest scores, bona fide rejected with the lowest. */
export function worstErrors(
  { score, attackType, attackTypes }: Pick<ScoreColumns, 'score' | 'attackType' | 'attackTypes'>,
  threshold: number | null,
  count: number,
): { accepted: WrongSample[]; rejected: WrongSample[] } {
  const accepted: WrongSample[] = [];
  const rejected: WrongSample[] = [];
  if (threshold === null) return { accepted, rejected };
  score.forEach((value, row) => {
    if (Number.isNaN(value)) return;
    const type = attackType[row] ?? -1;
    if (type >= 0 && value >= threshold)
      accepted.push({ row, score: value, attackType: attackTypes[type] ?? 'attack' });
    else if (type < 0 && value < threshold) rejected.push({ row, score: value, attackType: null });
  });
  accepted.sort((a, b) => b.score - a.score);
  rejected.sort((a, b) => a.score - b.score);
  return { accepted: accepted.slice(0, count), rejected: rejected.slice(0, count) };
}
