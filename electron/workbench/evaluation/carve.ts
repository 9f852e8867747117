import { createRandom } from '@shared/random';
import { type ScoreFile, selectRows } from './score-file';

/** Share of the test subjects that stand in for a missing dev set. */
const devShare = 1 / 3;

/** A test file divided by subject: nobody is on both sides. */
export interface Carved {
  readonly dev: ScoreFile;
  readonly test: ScoreFile;
  /** Subjects on the dev side, and in all. */
  readonly subjects: number;
  readonly of: number;
}

/**
 * A dev set for a dataset that has none: a third of its test subjects. Subjects with bona fide only, attacks only and both are
 * divided apart, so that each side gets its share of every kind. The same subjects always give the same division, whichever
 * system scored them.
 * @returns null with fewer than two subjects of every kind there is, since one side would stay without a class
 */
export function carveDev(dataset: string, file: ScoreFile): Carved | null {
  const people = new Map<string, { bonaFide: boolean; attack: boolean }>();
  file.subjects.forEach((subject, row) => {
    const person = people.get(subject) ?? { bonaFide: false, attack: false };
    if (file.attackTypes[row] === '') person.bonaFide = true;
    else person.attack = true;
    people.set(subject, person);
  });
  const onDev = new Set<string>();
  for (const kind of ['both', 'bona fide', 'attack'] as const) {
    const names = [...people]
      .filter(([, { bonaFide, attack }]) => kind === (bonaFide && attack ? 'both' : bonaFide ? 'bona fide' : 'attack'))
      .map(([name]) => name)
      .sort();
    if (names.length === 0) continue;
    if (names.length === 1) return null;
    createRandom(`carve/${dataset}/${kind}`).shuffle(names);
    for (const name of names.slice(0, Math.max(1, Math.round(names.length * devShare)))) onDev.add(name);
  }
  if (onDev.size === 0) return null;
  const isDev = (row: number) => onDev.has(file.subjects[row] ?? '');
  return {
    dev: selectRows(file, isDev),
    test: selectRows(file, (row) => !isDev(row)),
    subjects: onDev.size,
    of: people.size,
  };
}
