import { describe, expect, it } from 'vitest';
import { syntheticDomains } from '@workbench/synthetic/domains';
import { planDomain } from '@workbench/synthetic/plan';

const options = { domain: 'O', subjects: 20, bonaFideImages: 120, strength: 2.5, seed: 7 } as const;

describe('plan of a synthetic domain', () => {
  it('divides the subjects 50/20/30 % over disjoint sets', () => {
    const plan = planDomain(options);
    const count = (set: string) => plan.filter((subject) => subject.set === set).length;
    expect([count('train'), count('dev'), count('test')]).toEqual([10, 4, 6]);
    expect(new Set(plan.map((subject) => subject.name)).size).toBe(20);
    for (const { name, set, images } of plan)
      for (const image of images) expect(image.path.startsWith(`${set}/${name}/`)).toBe(true);
  });

  it('has every set even with the fewest subjects', () => {
    const plan = planDomain({ ...options, subjects: 4, bonaFideImages: 8 });
    expect(plan.map((subject) => subject.set)).toEqual(['train', 'train', 'dev', 'test']);
    expect(plan.every((subject) => subject.images.length === 4)).toBe(true);
  });

  it('plans as many attacks as bona fide pictures, each kind as often, give or take the remainder', () => {
    for (const domain of ['R', 'C', 'M', 'O'] as const) {
      const images = planDomain({ ...options, domain, bonaFideImages: 121 }).flatMap((subject) => subject.images);
      const attacks = images.filter((image) => image.attack !== null);
      expect(images.length - attacks.length).toBe(121);
      expect(attacks).toHaveLength(121);
      const counts = syntheticDomains[domain].attacks.map(
        (_, kind) => attacks.filter((image) => image.attack === kind).length,
      );
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(6);
    }
  });

  it('names every file and every random stream once', () => {
    const images = planDomain(options).flatMap((subject) => subject.images);
    expect(new Set(images.map((image) => image.path)).size).toBe(240);
    expect(new Set(images.map((image) => image.seed)).size).toBe(240);
  });

  it('has other people in other domains and under other seeds', () => {
    const seeds = [options, { ...options, seed: 8 }, { ...options, domain: 'M' as const }].map(
      (each) => planDomain(each)[0]?.seed,
    );
    expect(new Set(seeds).size).toBe(3);
  });

  it('keeps a subject as it is when more subjects are asked for', () => {
    const [few] = planDomain(options);
    const [more] = planDomain({ ...options, subjects: 200, bonaFideImages: 1200 });
    expect(more?.seed).toBe(few?.seed);
  });
});

describe('attack kinds of the domains', () => {
  it('are the designed ones', () => {
    const types = Object.values(syntheticDomains).map((domain) => domain.attacks.map((kind) => kind.type));
    expect(types).toEqual([
      ['print', 'replay/phone', 'replay/tablet'],
      ['warp', 'cut', 'replay/tablet'],
      ['print', 'replay/tablet', 'replay/phone'],
      ['print/1', 'print/2', 'replay/laptop', 'replay/phone'],
    ]);
  });
});
