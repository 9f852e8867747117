import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScoreLevel } from '@shared/domain/scores';
import { evaluateFiles } from '@workbench/evaluation/evaluate-files';
import { readScoreFile } from '@workbench/evaluation/score-file';
import { writeScores } from '@workbench/training/score-files';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relief-scores-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

describe('a score file', () => {
  it('comes back as it was written, failures to acquire included', async () => {
    const path = join(folder, 'scores.csv');
    const base = { filename: 'a, "b".jpg', videoId: 'v1', frame: 3, subject: 's1' };
    const hash = await writeScores(path, [
      { ...base, attackType: null, score: 0.1 + 0.2, depthScore: 1e-20 },
      { ...base, attackType: 'print/1', score: null, depthScore: null },
    ]);
    const file = await readScoreFile(path);
    expect(file).toMatchObject({
      sha256: hash,
      attackTypes: ['', 'print/1'],
      videos: ['v1', 'v1'],
      subjects: ['s1', 's1'],
    });
    expect([...file.score]).toEqual([0.1 + 0.2, NaN]);
    expect([...(file.depthScore ?? [])]).toEqual([1e-20, NaN]);
  });

  it('counts rows without a subject as people of their own', async () => {
    const file = await readScoreFile(await put('s.csv', 'score,attack_type\n0.5,\n0.4,\n'));
    expect(new Set(file.subjects).size).toBe(2);
    expect(file.depthScore).toBeNull();
  });

  it('takes the frames of a video for one person where no subject is named', async () => {
    const file = await readScoreFile(
      await put('v.csv', 'score,attack_type,video_id,subject\n.5,,a,\n.4,,a,\n.3,,b,p\n.2,,,\n'),
    );
    expect(file.subjects).toEqual(['video a', 'video a', 'p', 'row 3']);
    expect(file.subjectsKnown).toBe(false);
  });

  it.each([
    ['without a score column', 'attack_type\nprint\n', ':1: missing column "score"'],
    ['without an attack type column', 'score\n0.5\n', ':1: missing column "attack_type"'],
    ['with a word for a score', 'score,attack_type\n0.5,\nhigh,print\n', ':3: column "score": "high" is no number'],
    ['with an infinite score', 'score,attack_type\n1e999,\n', ':2: column "score": "1e999" is no number'],
    ['with a column that stands twice', 'score,score,attack_type\n1,0,\n', ':1: column "score" stands there twice'],
    ['that is empty', '', 'the file is empty'],
  ])('%s is refused, naming line and column', async (_, text, message) => {
    await expect(readScoreFile(await put('bad.csv', text))).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining(message) as string,
    });
  });

  it('that is missing is named', async () => {
    await expect(readScoreFile(join(folder, 'none.csv'))).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('worked example 4', () => {
  const frames = `video_id,attack_type,score
L1,,0.9
L1,,0.8
L1,,0.4
L2,,0.45
L2,,0.40
L2,,0.95
S1,print,0.1
S1,print,0.2
S1,print,0.7
S2,print,0.55
S2,print,0.3
S2,print,0.2
`;

  it.each<[ScoreLevel, number, number]>([
    ['frame', 5 / 12, 5 / 6],
    ['video:mean', 0, 1],
    ['video:median', 0.25, NaN],
    ['video:max', 0.5, NaN],
    ['video:min', 0.5, NaN],
  ])('at %s level has the HTER of the field notes', async (level, hter, auc) => {
    const test = await put('frames.csv', frames);
    const { test: rates } = await evaluateFiles(
      { dev: null, test },
      { policy: 'fixed:0.5', level, score: 'classifier' },
    );
    expect(rates.hter).toBeCloseTo(hter, 9);
    if (!Number.isNaN(auc)) expect(rates.auc).toBeCloseTo(auc, 9);
  });

  it('needs video ids for a video level', async () => {
    const test = await put('frames.csv', 'score,attack_type\n0.5,\n');
    await expect(
      evaluateFiles({ dev: null, test }, { policy: 'fixed:0.5', level: 'video:mean', score: 'classifier' }),
    ).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('video_id') as string });
  });

  it('has no depth score to judge by', async () => {
    const test = await put('frames.csv', frames);
    await expect(
      evaluateFiles({ dev: null, test }, { policy: 'fixed:0.5', level: 'frame', score: 'depth' }),
    ).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('no depth scores') as string });
  });
});
