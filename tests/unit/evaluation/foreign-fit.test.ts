import { describe, expect, it } from 'vitest';
import type { MediaItem } from '@shared/domain/media-item';
import { fitForeign } from '@workbench/evaluation/foreign/fit';
import { IdFinder } from '@workbench/evaluation/foreign/id-finder';

/** Ten people, two bona fide pictures and two attacks each. */
const items: MediaItem[] = Array.from({ length: 40 }, (_, index) => {
  const attack = index % 4 >= 2;
  const subject = `p${String(Math.floor(index / 4))}`;
  return {
    id: `i${String(index)}`,
    path: `test/${subject}/${attack ? 'spoof' : 'real'}_${String(index)}.jpg`,
    kind: 'image',
    subject,
    session: null,
    device: null,
    videoId: `v${String(Math.floor(index / 2))}`,
    frame: index % 2,
    attackType: attack ? (index % 8 < 4 ? 'print' : 'replay') : null,
    set: 'test',
    box: null,
    tags: {},
  };
});
/** Good, but not perfect. */
const scoreOf = (index: number) => (index % 4 >= 2 ? 0.2 + (index % 5) / 10 : 0.55 + (index % 4) / 10);
const isLive = ({ attackType }: MediaItem) => attackType === null;
const lines = (of: (item: MediaItem, index: number) => string) => `${items.map(of).join('\n')}\n`;

describe('scores of other programs', () => {
  it.each([
    [
      'a CSV with other names',
      `image_path,prob,is_live\n${lines((item, i) => `${item.path},${String(scoreOf(i))},${isLive(item) ? '1' : '0'}`)}`,
      'csv',
    ],
    [
      'a CSV with semicolons and folders above',
      `file;score\n${lines((item, i) => `/data/oulu/${item.path};${String(scoreOf(i))}`)}`,
      'csv',
    ],
    [
      'a CSV without a header',
      lines((item, i) => `${item.path},${String(scoreOf(i))},${isLive(item) ? '1' : '0'}`),
      'csv',
    ],
    [
      '"path score label" text',
      lines((item, i) => `${item.path} ${String(scoreOf(i))} ${isLive(item) ? '1' : '0'}`),
      'score-label',
    ],
    [
      '"score label path" text',
      lines((item, i) => `${String(scoreOf(i))} ${isLive(item) ? '1' : '-1'} ${item.path}`),
      'score-label',
    ],
    [
      "bob's four columns",
      lines(
        (item, i) =>
          `${item.subject ?? ''} ${isLive(item) ? (item.subject ?? '') : 'print/photo'} ${item.path.replace('.jpg', '')} ${String(scoreOf(i))}`,
      ),
      'bob',
    ],
    [
      "bob's CSV",
      `subject,is_bonafide,filename,score\n${lines((item, i) => `${item.subject ?? ''},${isLive(item) ? 'True' : 'False'},${item.path},${String(scoreOf(i))}`)}`,
      'bob',
    ],
    ['JSON by id', JSON.stringify(Object.fromEntries(items.map((item, i) => [item.path, scoreOf(i)]))), 'json'],
    [
      'JSON, a list of objects',
      JSON.stringify(
        items.map((item, i) => ({ path: item.path, score: scoreOf(i), label: isLive(item) ? 'live' : 'spoof' })),
      ),
      'json',
    ],
    [
      'JSON in columns',
      JSON.stringify({
        scores: items.map((_, i) => scoreOf(i)),
        labels: items.map((item) => (isLive(item) ? 1 : 0)),
        filename: items.map(({ path }) => path),
      }),
      'json',
    ],
    [
      'JSON, lists by id',
      JSON.stringify(Object.fromEntries(items.map((item, i) => [item.path, [scoreOf(i), isLive(item) ? 1 : 0]]))),
      'json',
    ],
  ])('reads %s', (_, text, format) => {
    const columns =
      format === 'json' && text.includes(']') && !text.includes('score') ? { score: '1', label: '2' } : undefined;
    const { fit, joined } = fitForeign(text, 'file', items, columns ? { columns } : {});
    expect(fit).toMatchObject({
      format,
      matched: 40,
      missing: 0,
      extra: 0,
      join: 'file',
      flipped: false,
      refusal: null,
    });
    expect(fit.warnings).toEqual([]);
    expect(joined.scores.map(({ score }) => score)).toEqual(items.map((__, i) => scoreOf(i)));
    expect(joined.scores.map(({ item }) => item.path)).toEqual(items.map(({ path }) => path));
  });

  it('counts 7 missing and 3 extra ids, naming them', () => {
    const kept = items.slice(7).map((item, i) => `${item.path} ${String(scoreOf(i + 7))}`);
    const extra = ['other/a.jpg', 'other/b.jpg', 'c.jpg'].map((name) => `${name} 0.5`);
    const { fit } = fitForeign([...kept, ...extra].join('\n'), 'file', items, {});
    expect(fit).toMatchObject({ matched: 33, missing: 7, extra: 3, extraIds: ['other/a.jpg', 'other/b.jpg', 'c.jpg'] });
    expect(fit.missingIds).toEqual(items.slice(0, 7).map(({ path }) => path));
    expect(fit.warnings.map(({ kind }) => kind)).toEqual(['missing', 'extra']);
  });

  it('joins by video id, and says that videos are no frames', () => {
    const videos = [...new Set(items.map(({ videoId }) => videoId ?? ''))];
    const text = `video_key,score\n${videos.map((id, i) => `${id},${String(i % 2 === 0 ? 0.8 : 0.3)}`).join('\n')}`;
    const { fit, joined } = fitForeign(text, 'file', items, {});
    expect(fit).toMatchObject({ format: 'bob', join: 'video', matched: 20, missing: 0, aucAsGiven: 1 });
    expect(joined.scores[1]?.item.attackType).toBe('print');
    expect(fit.warnings.map(({ kind }) => kind)).toEqual(['level']);
  });

  describe('polarity', () => {
    const inverted = lines((item, i) => `${item.path} ${String(1 - scoreOf(i))}`);

    it('stops a file whose scores look inverted, and turns nothing round by itself', () => {
      const { fit } = fitForeign(inverted, 'file', items, {});
      expect(fit.refusal).toMatch(/AUC is 0\.\d+, below one half/);
      expect(fit.flipped).toBe(false);
      expect(fit.warnings[0]).toMatchObject({ kind: 'polarity' });
      expect(fit.warnings[0]?.message).toMatch(/look inverted/);
    });

    it('turns them round when a person says so, and keeps them when a person says so', () => {
      const turned = fitForeign(inverted, 'file', items, { polarity: 'higher-is-attack' }).fit;
      expect(turned).toMatchObject({ flipped: true, refusal: null });
      expect(turned.warnings[0]?.message).toMatch(/^Inverted polarity/);
      const kept = fitForeign(inverted, 'file', items, { polarity: 'higher-is-bona-fide' }).fit;
      expect(kept).toMatchObject({ flipped: false, refusal: null });
      expect(kept.warnings[0]?.message).toMatch(/kept so because that was asked for/);
    });

    it("follows a column's name that says it", () => {
      const text = `path,spoof_score\n${lines((item, i) => `${item.path},${String(1 - scoreOf(i))}`)}`;
      expect(fitForeign(text, 'file', items, {}).fit).toMatchObject({ flipped: true, refusal: null });
      const wrong = `path,spoof_score\n${lines((item, i) => `${item.path},${String(scoreOf(i))}`)}`;
      expect(fitForeign(wrong, 'file', items, {}).fit.refusal).not.toBeNull();
    });

    it('says when it cannot be known', () => {
      const text = items.filter(isLive).map((item, i) => `${item.path} ${String(scoreOf(i) + 0.001)}`);
      const { fit } = fitForeign(text.join('\n'), 'file', items, {});
      expect(fit).toMatchObject({ aucAsGiven: null, refusal: null });
      expect(fit.warnings[0]?.message).toMatch(/One class has no scores/);
    });
  });

  it('says when labels are the other way round or contradict the dataset', () => {
    const reversed = `path,score,label\n${lines((item, i) => `${item.path},${String(scoreOf(i))},${isLive(item) ? 'spoof' : 'live'}`)}`;
    expect(fitForeign(reversed, 'file', items, {}).fit.warnings[0]?.message).toMatch(
      /other way round.*"live" stands on 0/s,
    );
    const mixed = `path,score,label\n${lines((item, i) => `${item.path},${String(scoreOf(i))},${isLive(item) || i < 4 ? '1' : '0'}`)}`;
    const { fit } = fitForeign(mixed, 'file', items, {});
    expect(fit.warnings[0]?.message).toMatch(/^2 labels contradict the dataset/);
    expect(fit.labels).toEqual([
      { value: '1', bonaFide: 20, attacks: 2 },
      { value: '0', bonaFide: 0, attacks: 18 },
    ]);
  });

  it('counts missing numbers as failures to acquire', () => {
    const text = `path,score\n${lines((item, i) => `${item.path},${i === 3 ? 'nan' : i === 4 ? '' : String(scoreOf(i))}`)}`;
    expect(fitForeign(text, 'file', items, {}).fit).toMatchObject({ failures: 2, matched: 40 });
  });

  describe('without ids', () => {
    const plain = lines((item, i) => `${String(scoreOf(i) + 1e-4)} ${isLive(item) ? '1' : '0'}`);

    it('is refused, unless it is said that the order is the list’s, and the labels confirm it', () => {
      expect(() => fitForeign(plain, 'map_score.txt', items, {})).toThrow(/no column holds file names or video ids/);
      expect(fitForeign(plain, 'map_score.txt', items, { join: 'order' }).fit).toMatchObject({
        matched: 40,
        join: 'order',
      });
    });

    it('is refused when labels or number do not fit', () => {
      const turned = plain.trimEnd().split('\n').reverse().join('\n');
      expect(() => fitForeign(turned, 'file', items.slice(1).concat(items.slice(0, 1)), { join: 'order' })).toThrow(
        /label "\d" stands for both classes/,
      );
      expect(() => fitForeign(plain, 'file', items.slice(1), { join: 'order' })).toThrow(/40 scores for 39 items/);
    });
  });

  it.each([
    ['a word for a score', 'path,score\ntest/p0/real_0.jpg,high\n', /file:2: column "score": "high" is no number/],
    [
      'two scores of one picture',
      'path,score\nreal_0.jpg,0.1\nreal_1.jpg,0.1\nreal_0,0.2\n',
      /file:4: a second score of test\/p0\/real_0.jpg; the first is in line 2/,
    ],
    [
      'no known id',
      'path,score\nx.jpg,0.1\n',
      /none of its ids is in the set. It has "x.jpg", the set has "test\/p0\/real_0.jpg"/,
    ],
    [
      'no column for the score',
      'path,quality\nreal_0.jpg,0.1\n',
      /no column can be told to hold the scores.*path, quality/,
    ],
    ['an empty file', '\n', /the file is empty/],
    ['rows of different length', 'a 0.1\nb\n', /file:2: 1 columns where the first line has 2/],
    ['broken JSON', '[{"path": ', /not valid JSON/],
    ['nested JSON', '[[[1]]]', /entry 1: expected scores/],
  ])('refuses %s', (_, text, message) => {
    expect(() => fitForeign(text, 'file', items, {})).toThrow(message);
  });

  it('refuses a column that is not there', () => {
    expect(() => fitForeign('path,score\nreal_0.jpg,0.1\n', 'file', items, { columns: { score: 'p' } })).toThrow(
      /no column "p" for score; it has path, score/,
    );
  });
});

describe('finding ids', () => {
  const finder = new IdFinder(['train/a/1.jpg', 'test/a/1.jpg', 'test/b/2.jpg', 'test/b/3.x/4']);

  it('sees through folders above, endings and short names', () => {
    expect(finder.find('/mnt/data/test/b/2.png')).toBe('test/b/2.jpg');
    expect(finder.find('b\\2')).toBe('test/b/2.jpg');
    expect(finder.find('2.jpg')).toBe('test/b/2.jpg');
    expect(finder.find('./test/a/1.jpg')).toBe('test/a/1.jpg');
    expect(finder.find('3.x/4')).toBe('test/b/3.x/4');
  });

  it('takes a doubtful name for none', () => {
    expect(finder.find('1.jpg')).toBeUndefined();
    expect(finder.find('a/1')).toBeUndefined();
    expect(finder.find('')).toBeUndefined();
    expect(finder.find('test/a/9.jpg')).toBeUndefined();
  });
});
