import { describe, expect, it } from 'vitest';
import { carveDev } from '@workbench/evaluation/carve';
import type { ScoreFile } from '@workbench/evaluation/score-file';

/** A file whose subjects show the kinds named, two rows each. */
function fileOf(kinds: readonly ('both' | 'bona fide' | 'attack')[]): ScoreFile {
  const rows = kinds.flatMap((kind, index) =>
    [0, 1].map((row) => ({
      subject: `s${String(index)}`,
      attackType: kind === 'attack' || (kind === 'both' && row === 1) ? 'print' : '',
    })),
  );
  return {
    path: 'x.csv',
    sha256: 'hash',
    attackTypes: rows.map(({ attackType }) => attackType),
    lines: Int32Array.from(rows, (_, index) => index + 2),
    videos: null,
    filenames: null,
    frames: null,
    subjects: rows.map(({ subject }) => subject),
    subjectsKnown: true,
    score: Float64Array.from(rows, (_, index) => index),
    depthScore: null,
  };
}

describe('a dev set carved from test subjects', () => {
  it('shares no subject with what is left, and loses no row', () => {
    const file = fileOf(Array.from({ length: 20 }, () => 'both' as const));
    const carved = carveDev('X', file);
    const dev = new Set(carved?.dev.subjects);
    const test = new Set(carved?.test.subjects);
    expect([...dev].filter((subject) => test.has(subject))).toEqual([]);
    expect([dev.size, test.size, carved?.subjects, carved?.of]).toEqual([7, 13, 7, 20]);
    expect([...(carved?.dev.score ?? []), ...(carved?.test.score ?? [])].sort((a, b) => a - b)).toEqual([
      ...file.score,
    ]);
    expect(carved?.dev.sha256).toBe('hash');
  });

  it('gives both sides every kind of subject', () => {
    const carved = carveDev(
      'X',
      fileOf(Array.from({ length: 12 }, (_, index) => (index < 6 ? 'bona fide' : 'attack'))),
    );
    for (const side of [carved?.dev, carved?.test]) expect(new Set(side?.attackTypes)).toEqual(new Set(['', 'print']));
  });

  it('is the same for the same subjects in another order', () => {
    const file = fileOf(Array.from({ length: 12 }, () => 'both' as const));
    const turned: ScoreFile = {
      ...file,
      subjects: [...file.subjects].reverse(),
      attackTypes: [...file.attackTypes].reverse(),
    };
    expect(new Set(carveDev('X', turned)?.dev.subjects)).toEqual(new Set(carveDev('X', file)?.dev.subjects));
  });

  it('is not guessed from a single subject of a kind', () => {
    expect(carveDev('X', fileOf(['both']))).toBeNull();
    expect(carveDev('X', fileOf(['bona fide', 'bona fide', 'attack']))).toBeNull();
  });
});
