import { describe, expect, it } from 'vitest';
import { createRandom } from '@shared/random';
import { findCopies, groupsOf } from '@workbench/datasets/doctor/copies';
import { Fingerprints } from '@workbench/datasets/doctor/fingerprints';
import { hashDistance, perceive, type Perceived, thumbDifference } from '@workbench/datasets/doctor/perceptual-hash';
import { decodeImage } from '@workbench/images/decode';
import { encodeJpeg } from '@workbench/images/encode';
import { resize } from '@workbench/images/resize';
import { createImage, crop, type RgbImage } from '@workbench/images/rgb-image';
import { facePicture } from '../../end-to-end/pictures';
import { pattern } from '../../../fixtures/pattern-dataset';

function look(image: RgbImage): Perceived {
  const perceived = perceive(image);
  if (!perceived) throw new Error('shows nothing');
  return perceived;
}
const apart = (a: RgbImage, b: RgbImage) => {
  const [one, other] = [look(a), look(b)];
  return { bits: hashDistance(one.hash, 0, other.hash, 0), ...thumbDifference(one.thumb, 0, other.thumb, 0) };
};
const isNear = ({ bits, levels, contrast }: ReturnType<typeof apart>) =>
  bits <= 3 && levels <= Math.min(2.5, contrast / 10);

function prints(entries: readonly { content: number; perceived: Perceived | null }[]): Fingerprints {
  const made = Fingerprints.empty(entries.map((_, index) => index.toString(16).padStart(16, '0')));
  entries.forEach(({ content, perceived }, index) => {
    const bytes = new Uint8Array(32);
    new DataView(bytes.buffer).setUint32(0, content + 1);
    made.set(index, {
      ...{ size: 1, time: 1, verdict: 'good', content: bytes, perceived, kind: 'image', pixels: null },
    });
  });
  return made;
}

describe('what a picture looks like', () => {
  it('survives another size, another quality and another brightness', async () => {
    const face = await facePicture();
    const worse = await decodeImage(await encodeJpeg(face, 40));
    const smaller = resize(face, 150, 150, 'box');
    const brighter = { ...face, data: face.data.map((value) => Math.min(255, value + 14)) };
    for (const copy of [worse, smaller, brighter]) expect([apart(face, copy), isNear(apart(face, copy))][1]).toBe(true);
  });

  it('tells two pictures of one person, and a picture and its neighbour, apart', async () => {
    const face = await facePicture();
    const shifted = crop(resize(face, 330, 330, 'box'), 24, 10, 300, 300);
    expect(isNear(apart(face, shifted))).toBe(false);
    for (let n = 0; n < 40; n++) expect(isNear(apart(pattern(`a ${n}`), pattern(`b ${n}`)))).toBe(false);
  });

  it('is nothing for a picture that shows nothing', () => {
    const grey = createImage(64, 64);
    grey.data.fill(120);
    expect(perceive(grey)).toBeNull();
  });
});

describe('the search for copies', () => {
  it('finds every pair that is planted among thousands, and no other', async () => {
    const random = createRandom('search');
    const noise = (): Perceived => ({
      hash: Uint8Array.from({ length: 32 }, () => random.integer(256)),
      thumb: Uint8Array.from({ length: 256 }, () => random.integer(256)),
    });
    const entries = Array.from({ length: 3000 }, (_, content) => ({ content, perceived: noise() }));
    const planted = Array.from({ length: 60 }, (_, n) => {
      const original = entries[7 * n];
      if (!original) throw new Error('no original');
      const hash = Uint8Array.from(original.perceived.hash);
      // Up to 3 bits anywhere: at least one of four bands of 16 bits stays as it is.
      for (let flip = 0; flip < n % 4; flip++) {
        const bit = (17 * flip + n) % 64;
        hash[bit >> 3] = (hash[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      }
      const thumb = original.perceived.thumb.map((value) => Math.min(255, value + (n % 3)));
      return { content: 10_000 + n, perceived: { hash, thumb } };
    });
    const { near, same, more } = await findCopies([prints(entries), prints(planted)]);
    expect(same).toEqual([]);
    expect(more).toBe(false);
    expect(near).toEqual(planted.map((_, n) => [7 * n, 3000 + n]));
  });

  it('gives each group of equal files as a chain, over the borders of datasets', async () => {
    const none = (content: number) => ({ content, perceived: null });
    const { same } = await findCopies([prints([none(1), none(2), none(1)]), prints([none(3), none(1), none(2)])]);
    expect(groupsOf(same, 6)).toEqual([
      [0, 2, 4],
      [1, 5],
    ]);
  });

  it('ends at its bound, and says so, where everything looks alike', async () => {
    const perceived = { hash: new Uint8Array(32).fill(170), thumb: Uint8Array.from({ length: 256 }, (_, at) => at) };
    const crowd = Array.from({ length: 400 }, (_, content) => ({ content, perceived }));
    const { near, more } = await findCopies([prints(crowd)], { bounds: { comparisons: 10_000, bucket: 100 } });
    expect(more).toBe(true);
    expect(near.length).toBeLessThan(400);
    expect(groupsOf(near, 400)[0]?.length).toBeGreaterThan(90);
  });

  it('stops at a signal', async () => {
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    await expect(findCopies([prints([])], { signal: stop.signal })).rejects.toThrow('stopped');
  });
});
