import { describe, expect, it } from 'vitest';
import { createRandom } from '@shared/random';
import { areaUnderRoc } from '@shared/metrics/curves';
import { scoreSetOf, sortScores } from '@shared/metrics/score-set';
import { aucBySubject, crossValidate, intraclassCorrelation } from '@workbench/probes/cross-validation';
import { featureTable } from '@workbench/probes/logistic';

/** Rows of people who have both classes; `signal` moves bona fide along the first column. */
function rows(people: number, each: number, signal: number, seed = 'rows') {
  const random = createRandom(seed);
  const made = Array.from({ length: people * each }, (_, index) => {
    const label = index % 2;
    return {
      label,
      person: `p${Math.floor(index / each)}`,
      row: Float64Array.of(random.normal(signal * label), random.normal(), random.normal()),
    };
  });
  return {
    table: featureTable(made.map(({ row }) => row)),
    labels: made.map(({ label }) => label),
    people: made.map(({ person }) => person),
  };
}

describe('cross-validation by people', () => {
  it('finds a feature that is there, and none that is not', () => {
    const told = rows(20, 10, 2);
    const scores = crossValidate(told.table, told.labels, told.people);
    expect(scores && aucBySubject(scores, told.labels, told.people)?.auc).toBeGreaterThan(0.85);
    const untold = rows(40, 10, 0);
    const guessed = crossValidate(untold.table, untold.labels, untold.people);
    const measured = guessed && aucBySubject(guessed, untold.labels, untold.people);
    expect(measured && measured.interval[0] < 0.5 && measured.interval[1] > 0.4).toBe(true);
  });

  it('does not learn people by heart: a feature that names the person tells nothing about others', () => {
    // Each person has one class only, and a column of his own; fitted on his own rows it would tell all.
    const people = Array.from({ length: 20 }, (_, n) => n);
    const table = featureTable(
      people.flatMap((n) => [0, 1, 2].map(() => Float64Array.from(people, (other) => (other === n ? 1 : 0)))),
    );
    const labels = people.flatMap((n) => [0, 1, 2].map(() => n % 2));
    const who = people.flatMap((n) => [0, 1, 2].map(() => `p${n}`));
    const scores = crossValidate(table, labels, who);
    const measured = scores && aucBySubject(scores, labels, who);
    expect(measured?.auc ?? 1).toBeLessThan(0.7);
  });

  it('refuses to measure too few people, and a class that is missing', () => {
    const few = rows(4, 10, 2);
    expect(crossValidate(few.table, few.labels, few.people)).toBeNull();
    const { table, people } = rows(20, 4, 2);
    expect(crossValidate(table, new Array<number>(80).fill(1), people)).toBeNull();
  });
});

describe('the area under the ROC by subject', () => {
  it('is the exact one, ties counted half', () => {
    const random = createRandom('auc');
    const scores = Array.from({ length: 200 }, () => random.integer(12) / 12);
    const labels = scores.map(() => random.integer(2));
    const attackTypes = labels.map((label) => (label === 1 ? '' : 'print'));
    const exact = areaUnderRoc(sortScores(scoreSetOf({ scores: Float64Array.from(scores), attackTypes })));
    const people = scores.map((_, index) => `p${index % 20}`);
    expect(aucBySubject(scores, labels, people)?.auc).toBeCloseTo(exact ?? -1, 12);
  });

  it('has a wider interval when the same samples are of fewer people', () => {
    const { table, labels } = rows(60, 4, 1);
    const scores = Float64Array.from({ length: table.rows }, (_, row) => table.data[3 * row] ?? 0);
    // One offset a person, so that samples of one person go together.
    const width = (people: number) => {
      const random = createRandom('offsets');
      const offsets = Array.from({ length: people }, () => random.normal(0, 1.5));
      const who = labels.map((_, row) => row % people);
      const moved = scores.map((score, row) => score + (offsets[who[row] ?? 0] ?? 0) * (row % 2 === 0 ? 1 : 0));
      const [low = 0, high = 0] = aucBySubject(moved, labels, who.map(String))?.interval ?? [];
      return high - low;
    };
    expect(width(6)).toBeGreaterThan(width(120));
  });

  it('does not exist without one of the classes', () => {
    expect(aucBySubject([1, 2], [1, 1], ['a', 'b'])).toBeNull();
  });
});

describe('the intraclass correlation', () => {
  it('is 1 where samples of a person are alike, 0 where they differ as those of strangers', () => {
    const people = Array.from({ length: 40 }, (_, index) => `p${Math.floor(index / 4)}`);
    const alike = people.map((person) => Number(person.slice(1)));
    expect(intraclassCorrelation(alike, people)).toBe(1);
    const random = createRandom('icc');
    const strangers = Array.from({ length: 4000 }, () => random.normal());
    const many = strangers.map((_, index) => `p${Math.floor(index / 4)}`);
    expect(intraclassCorrelation(strangers, many)).toBeLessThan(0.05);
  });

  it('does not exist where nobody has two samples', () => {
    expect(intraclassCorrelation([1, 2, 3], ['a', 'b', 'c'])).toBeNull();
  });
});
