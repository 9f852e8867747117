import { describe, expect, it } from 'vitest';
import { createRandom } from '@shared/random';
import { drawAttack } from '@workbench/synthetic/attack';
import { drawShot } from '@workbench/synthetic/camera';
import { drawCrop } from '@workbench/synthetic/crop';
import { syntheticDomains } from '@workbench/synthetic/domains';
import { buildHead, material } from '@workbench/synthetic/head-model';
import { headRotation } from '@workbench/synthetic/maths';
import { isFace, rasterise } from '@workbench/synthetic/rasterise';
import {
  captureSource,
  drawAttackerRoom,
  frameSideOf,
  sampleAttack,
  sampleBonaFide,
  sourceSide,
} from '@workbench/synthetic/sample';
import { createSubject } from '@workbench/synthetic/subject';

// Each of these once let a trivial feature tell attacks from bona fide pictures.

const domains = Object.values(syntheticDomains);
const seeds = Array.from({ length: 400 }, (_, i) => i);

describe('shortcuts that stay closed', () => {
  it("attackers photograph mostly in their domain's own rooms", () => {
    for (const domain of domains) {
      const own = seeds.filter((seed) => drawAttackerRoom(createRandom(`room ${seed}`), domain) === domain);
      // 80 % by choice and a quarter of the rest by chance.
      expect(own.length / seeds.length).toBeGreaterThan(0.78);
      expect(own.length).toBeLessThan(seeds.length);
    }
  });

  it('crops never leave the frame, wherever the face is', () => {
    for (const seed of seeds) {
      const random = createRandom(`crop ${seed}`);
      const [left, top] = [random.uniform(-5, 150), random.uniform(-5, 150)];
      const face = { left, top, right: left + random.uniform(40, 190), bottom: top + random.uniform(40, 190) };
      const crop = drawCrop(random, face, 200);
      expect(Math.min(crop.left, crop.top)).toBeGreaterThanOrEqual(0);
      expect(Math.max(crop.left, crop.top) + crop.side).toBeLessThanOrEqual(200 + 1e-9);
    }
  });

  it('tone, placement and black level of a medium do not change with the strength; only its fine structure does', () => {
    for (const domain of domains)
      for (const kind of domain.attacks) {
        const draw = (strength: number) =>
          drawAttack(createRandom(`attack ${kind.type}`), kind, { strength, frameSide: 250, faceWidth: 0.4 });
        const [hard, easy] = [draw(1), draw(4)];
        expect(easy.tone).toEqual(hard.tone);
        expect(easy.placement).toEqual(hard.placement);
        expect(easy.structure.fibre).toBeCloseTo(4 * hard.structure.fibre, 12);
        expect(easy.structure.windowPane).toEqual(hard.structure.windowPane);
      }
  });

  it('frames and attacker pictures follow the sensor, so that neither class has more detail by construction', () => {
    expect(frameSideOf(200) / frameSideOf(100)).toBe(2);
    for (const domain of domains) {
      const best = Math.max(...domain.cameras.map((look) => look.cropPixels[1]));
      const pixelsOfShownFace = 0.44 * sourceSide(domain);
      const pixelsOfFace = 0.37 * frameSideOf(best);
      expect(pixelsOfShownFace / pixelsOfFace).toBeGreaterThan(1.2);
      expect(pixelsOfShownFace / pixelsOfFace).toBeLessThan(1.5);
    }
  });

  it('both classes come from the same camera draw, with glare and jitter of tone and colour', () => {
    const subject = createSubject('camera');
    const domain = syntheticDomains.R;
    const bonaFide = sampleBonaFide(subject, domain, 'same');
    const source = captureSource(subject, domain, 'source');
    const kind = domain.attacks[0];
    if (!kind) throw new Error('domain R has attacks');
    const attack = sampleAttack(source, domain, kind, 2.5, 'same');
    expect(attack.image.width).toBe(bonaFide.image.width);
    expect(attack.device).toBe(bonaFide.device);
    expect(attack.tags['jpegQuality']).toBe(bonaFide.tags['jpegQuality']);

    const [look] = domain.cameras;
    if (!look) throw new Error('domain R has a camera');
    const shots = seeds.map((seed) => drawShot(createRandom(`shot ${seed}`), look, 100));
    const glare = shots.filter((shot) => shot.veilingGlare > 0).length / shots.length;
    expect(glare).toBeGreaterThan(0.5);
    expect(glare).toBeLessThan(0.7);
    const contrasts = shots.map((shot) => shot.contrast);
    expect(Math.max(...contrasts) - Math.min(...contrasts)).toBeGreaterThan(0.3);
  });

  it('neither skull nor hair pokes through the face, whose depth has no holes', () => {
    for (let i = 0; i < 12; i++) {
      const subject = createSubject(`skull ${i}`);
      const random = createRandom(`pose ${i}`);
      const rotation = headRotation(random.uniform(-0.3, 0.3), random.uniform(-0.25, 0.2), 0);
      const view = { rotation, position: [0, 0, -50] as const, focal: 300, side: 128 };
      const whole = rasterise(buildHead(subject, subject.shape), view);
      const alone = rasterise(
        buildHead(subject, subject.shape).filter((part) => isFace(part.material)),
        view,
      );
      const bald = rasterise(
        buildHead(subject, subject.shape).filter((part) => isFace(part.material) || part.material === material.scalp),
        view,
      );
      const facePixels = (buffer: typeof alone) => buffer.material.filter(isFace).length;
      expect(facePixels(bald)).toBeGreaterThan(0.97 * facePixels(alone));
      // Eyes, nose and mouth: the middle half of the face's width and height.
      let hidden = 0;
      for (let y = 44; y < 84; y++)
        for (let x = 48; x < 80; x++) {
          const pixel = y * 128 + x;
          if (isFace(alone.material[pixel] ?? 0) && !isFace(whole.material[pixel] ?? 0)) hidden++;
        }
      expect(hidden).toBe(0);
    }
  });

  it('the face wins against hair that lies a centimetre before it, not against a hand three centimetres before it', () => {
    const subject = createSubject('priority');
    const face = buildHead(subject, subject.shape).filter((part) => part.material === material.face);
    const view = { rotation: headRotation(0, 0, 0), position: [0, 0, -50] as const, focal: 300, side: 96 };
    const facePixels = (extra: number | null) => {
      const before = face.map((part) => ({
        ...part,
        material: material.hair,
        vertices: part.vertices.map((value, k) => (k % 3 === 2 ? value + (extra ?? 0) : value)),
      }));
      return rasterise(extra === null ? face : [...before, ...face], view).material.filter(isFace).length;
    };
    expect(facePixels(1)).toBeGreaterThan(0.97 * facePixels(null));
    expect(facePixels(3)).toBeLessThan(0.05 * facePixels(null));
  });
});
