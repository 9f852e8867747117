import { describe, expect, it } from 'vitest';
import { aucBySubject, crossValidate } from '@workbench/probes/cross-validation';
import { featureTable } from '@workbench/probes/logistic';
import { borderProbe } from '@workbench/probes/border-probe';
import { colourProbe } from '@workbench/probes/colour-probe';
import { asProbeCrop } from '@workbench/probes/pixels';
import { crop, type RgbImage } from '@workbench/images/rgb-image';
import { syntheticDomains } from '@workbench/synthetic/domains';
import { captureSource, type Sample, sampleAttack, sampleBonaFide } from '@workbench/synthetic/sample';
import { createSubject } from '@workbench/synthetic/subject';

// The small form of `npm run check:synthetic`: a few people a domain, so that a shortcut shows only when it is a gross one.

const people = 8;
/** The whole interval above what a trivial feature may reach: no chance of so few pictures. */
const bound = 0.8;

function faceOf({ image, box }: Sample): RgbImage {
  const [left, top, side] = box.map(Math.floor);
  const size = Math.min(side ?? 0, image.width - (left ?? 0), image.height - (top ?? 0));
  return asProbeCrop(crop(image, left ?? 0, top ?? 0, size, size));
}

/** As many attacks as bona fide pictures of each person, the domain's instruments in turn. */
function drawPeople(name: 'R' | 'C' | 'M' | 'O') {
  const domain = syntheticDomains[name];
  const drawn: { crop: RgbImage; label: number; person: string; side: number }[] = [];
  for (let person = 0; person < people; person++) {
    const subject = createSubject(`audit ${name} ${person}`);
    const source = captureSource(subject, domain, `audit ${person}`);
    const samples = [0, 1].flatMap((shot) => {
      const kind = domain.attacks[(2 * person + shot) % domain.attacks.length];
      const attacks = kind ? [sampleAttack(source, domain, kind, 2.5, `audit ${person} ${shot}`)] : [];
      return [sampleBonaFide(subject, domain, `audit ${person} ${shot}`), ...attacks];
    });
    for (const [index, sample] of samples.entries())
      drawn.push({ crop: faceOf(sample), label: (index + 1) % 2, person: `${person}`, side: sample.image.width });
  }
  return drawn;
}

describe('trivial features of the drawn domains', () => {
  it.each(['R', 'C', 'M', 'O'] as const)('tell nothing gross about domain %s', (name) => {
    const drawn = drawPeople(name);
    const labels = drawn.map(({ label }) => label);
    const who = drawn.map(({ person }) => person);
    expect(labels.filter((label) => label === 1)).toHaveLength(2 * people);
    for (const probe of [colourProbe, borderProbe]) {
      const scores = crossValidate(featureTable(drawn.map((one) => probe.measure(one.crop))), labels, who);
      const measured = scores && aucBySubject(scores, labels, who);
      expect([probe.name, measured !== null && measured.interval[0] <= bound]).toEqual([probe.name, true]);
    }
    const sizes = aucBySubject(
      drawn.map(({ side }) => side),
      labels,
      who,
    );
    expect(sizes && sizes.interval[0] <= 0.6 && sizes.interval[1] >= 0.4).toBe(true);
  });
});
