import { extname } from 'node:path';
import type { ExpectedCount, Finding } from '@shared/domain/dataset';
import type { SetName } from '@shared/domain/names';
import type { ListedItem } from './importer';
import type { Layout, Official } from './layout';
import { clipExtensions, pictureExtensions } from './media-kinds';
import type { KnownFile } from './read-layout';

/** Files named one by one; what goes beyond is counted. */
const mostNamed = 200;
/** Names in one message. */
const mostInWords = 12;

/** A finding for each path, up to a bound, and one that counts the rest. */
export function grouped(
  kind: string,
  severity: Finding['severity'],
  paths: readonly string[],
  what: string,
): Finding[] {
  const findings = paths
    .slice(0, mostNamed)
    .map((path): Finding => ({ kind, severity, path, message: `${path} ${what}.` }));
  const rest = paths.length - mostNamed;
  if (rest > 0) findings.push({ kind, severity, path: null, message: `${rest} more of the same kind: "${kind}".` });
  return findings;
}

function inWords(names: readonly string[]): string {
  const rest = names.length - mostInWords;
  return `${names.slice(0, mostInWords).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/**
 * What should be there and is not: by the lists that the dataset carries, else by what every subject that is there has. A
 * subject without any file is said once.
 */
export function missingFindings(
  layout: Layout,
  files: readonly KnownFile[],
  places: ReadonlySet<string>,
  official: Official,
): Finding[] {
  const present = new Map<string, SetName | null>();
  for (const { named } of files)
    if (named.subject !== null) present.set(`${named.subject} ${named.set ?? ''}`, named.set);
  const subjects = new Set(files.flatMap(({ named }) => named.subject ?? []));

  const wanted = new Map<string, { name: string; subject: string | null }>();
  if (official.complete) {
    for (const { keys } of official.sets) for (const { key, name, subject } of keys) wanted.set(key, { name, subject });
    for (const [key, { name, subject }] of official.labels ?? []) wanted.set(key, { name, subject });
  } else if (layout.slotsOf) {
    for (const [subjectAndSet, set] of present) {
      const subject = subjectAndSet.slice(0, subjectAndSet.lastIndexOf(' '));
      for (const { key, path } of layout.slotsOf(subject, set)) wanted.set(key, { name: path, subject });
    }
  }
  const missing = [...wanted].filter(([key]) => !places.has(key)).map(([, slot]) => slot);
  const wholeSubjects = new Set(missing.flatMap(({ subject }) => subject ?? []).filter((name) => !subjects.has(name)));
  const single = missing.filter(({ subject }) => subject === null || !wholeSubjects.has(subject));
  const by = official.complete ? 'is listed' : `belongs to a subject of ${layout.title} that is here`;
  const findings = grouped(
    'missing',
    'error',
    single.map(({ name }) => name),
    `${by}, but there is no such file`,
  );
  if (wholeSubjects.size > 0)
    findings.push({
      kind: 'missing-subjects',
      severity: 'error',
      path: null,
      message: `${wholeSubjects.size} listed subjects have no file here: ${inWords([...wholeSubjects].sort(byNumber))}.`,
    });
  return findings;
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** Media that the layout has no place for; other files are only counted. */
export function extraFindings(layout: Layout, extra: readonly string[]): Finding[] {
  const isMedia = (path: string) => {
    const extension = extname(path).toLowerCase();
    return pictureExtensions.has(extension) || clipExtensions.has(extension);
  };
  return [
    ...grouped('extra', 'warning', extra.filter(isMedia), `has no place in ${layout.title}; left out`),
    ...grouped(
      'extra-file',
      'info',
      extra.filter((path) => !isMedia(path)),
      `is no part of ${layout.title} that Relief reads`,
    ),
  ];
}

/** Expected beside found, as one finding; nothing when all agree. */
export function countFindings(layout: Layout, items: readonly ListedItem[]): Finding[] {
  const off = layout.expected.map((expected) => ({ expected, found: countOf(items, expected.set) })).filter(differs);
  if (off.length === 0) return [];
  const lines = off.map(
    ({ expected, found }) =>
      `${expected.set ?? 'whole dataset'}: expected ${describe(expected)}, found ${describe({ ...expected, ...found })}`,
  );
  return [
    {
      kind: 'count',
      severity: 'warning',
      path: null,
      message: `The counts are not those of ${layout.title}. ${lines.join('; ')}.`,
    },
  ];
}

function countOf(items: readonly ListedItem[], set: SetName | null) {
  let [bonaFide, attack] = [0, 0];
  for (const item of items) {
    if (set !== null && item.set !== set) continue;
    if (item.attackType === null) bonaFide++;
    else attack++;
  }
  return { bonaFide, attack, total: bonaFide + attack };
}

function differs({ expected, found }: { expected: ExpectedCount; found: ReturnType<typeof countOf> }): boolean {
  return (
    expected.total !== found.total ||
    (expected.bonaFide !== null && expected.bonaFide !== found.bonaFide) ||
    (expected.attack !== null && expected.attack !== found.attack)
  );
}

function describe({ bonaFide, attack, total }: Pick<ExpectedCount, 'bonaFide' | 'attack' | 'total'>): string {
  return bonaFide === null || attack === null ? `${total}` : `${total} (${bonaFide} bona fide, ${attack} attacks)`;
}
