import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { captureSource, sampleAttack, sampleBonaFide, type Sample } from '@workbench/synthetic/sample';
import { syntheticDomains } from '@workbench/synthetic/domains';
import { createSubject } from '@workbench/synthetic/subject';

const hash = (sample: Sample) => createHash('sha256').update(sample.image.data).digest('hex').slice(0, 16);

function drawAll(domainName: 'R' | 'C' | 'M' | 'O', seed: string): Sample[] {
  const domain = syntheticDomains[domainName];
  const subject = createSubject(`${seed}/subject`);
  const source = captureSource(subject, domain, `${seed}/source`);
  const attacks = domain.attacks.map((kind) => sampleAttack(source, domain, kind, 2.5, `${seed}/${kind.type}`));
  return [sampleBonaFide(subject, domain, `${seed}/bona-fide`), ...attacks];
}

describe('samples', () => {
  // A change here means that the pictures changed: raise GENERATOR_VERSION with it.
  it.each([
    ['R', ['ea9c23a036eeb68c', 'dcc34cab55767b72', '67b1ef4a74e46fdc', '074187318573adbd']],
    ['C', ['3bd3815dc2b18f36', '121e22e503998289', 'fd04b2814b527540', 'b8af6134a856d14f']],
    ['O', ['35d41b32d47bea4c', '2129fba55232c959', 'a364c4cea58a8491', '367aad8753a6fd62', 'c2f97468cae8dc10']],
  ] as const)('of domain %s keep their pixels for a seed', (domain, golden) => {
    expect(drawAll(domain, 'golden').map(hash)).toEqual(golden);
  });

  it('differ with the seed', () => {
    const [a, b] = [drawAll('R', 'one'), drawAll('R', 'two')];
    expect(new Set([...a, ...b].map(hash)).size).toBe(8);
  });

  it('keep the face crop inside the frame and off its border', () => {
    for (const domain of ['R', 'C', 'M', 'O'] as const)
      for (const { box, image } of [...drawAll(domain, 'box 1'), ...drawAll(domain, 'box 2')]) {
        const [left, top, width, height] = box;
        expect(width).toBe(height);
        expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
        expect(left + width).toBeLessThanOrEqual(image.width + 0.01);
        expect(top + height).toBeLessThanOrEqual(image.height + 0.01);
        expect(width).toBeGreaterThan(0.4 * image.width);
      }
  });

  it('have a true depth when bona fide: nearest about 255 near the middle, background 0; none for attacks', () => {
    const [bonaFide, ...attacks] = drawAll('O', 'depth');
    const depth = bonaFide?.trueDepth ?? new Uint8Array(0);
    expect(depth).toHaveLength(32 * 32);
    const nearest = depth.indexOf(Math.max(...depth));
    expect(Math.max(...depth)).toBeGreaterThan(235);
    expect(Math.abs((nearest % 32) - 15.5)).toBeLessThan(6);
    expect(Math.abs(Math.floor(nearest / 32) - 15.5)).toBeLessThan(8);
    const covered = depth.filter((value) => value > 0).length / depth.length;
    expect(covered).toBeGreaterThan(0.2);
    expect(covered).toBeLessThan(0.8);
    expect([depth[0], depth[31], depth[31 * 32], depth[1023]]).toEqual([0, 0, 0, 0]);
    expect(attacks.map((attack) => attack.trueDepth)).toEqual([null, null, null, null]);
  });

  it('name the camera and tag light, colour temperature and JPEG quality', () => {
    for (const { device, tags } of drawAll('C', 'tags')) {
      expect(device).toMatch(/^C[123]$/);
      expect(Object.keys(tags).sort()).toEqual(['jpegQuality', 'kelvin', 'light']);
      expect(Number(tags['kelvin'])).toBeGreaterThanOrEqual(4500);
      expect(Number(tags['kelvin'])).toBeLessThanOrEqual(7500);
      expect(Number(tags['jpegQuality'])).toBeGreaterThanOrEqual(60);
      expect(syntheticDomains.C.lights).toContain(tags['light']);
    }
  });

  it('are pictures: neither black nor white nor flat', () => {
    for (const { image } of drawAll('M', 'exposure')) {
      const mean = image.data.reduce((sum, value) => sum + value, 0) / image.data.length;
      const variance = image.data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / image.data.length;
      expect(mean).toBeGreaterThan(40);
      expect(mean).toBeLessThan(220);
      expect(Math.sqrt(variance)).toBeGreaterThan(10);
    }
  });
});
