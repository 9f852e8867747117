import type { SynthesisOptions } from '@shared/domain/dataset';
import { SetName } from '@shared/domain/names';
import { z } from '@shared/zod';
import { syntheticDomains } from './domains';

/** One picture to draw. */
export const PlannedImage = z.strictObject({
  /** Relative to the output folder, forward slashes. */
  path: z.string(),
  /** Which of the domain's attack kinds; null for bona fide. */
  attack: z.int().nonnegative().nullable(),
  /** Which of the attacker's captures of the subject is shown; null for bona fide. */
  source: z.int().nonnegative().nullable(),
  /** Names the picture's random streams. */
  seed: z.string(),
});
export type PlannedImage = z.infer<typeof PlannedImage>;

/** A person and all pictures of them: the unit of work, as the person and the captures serve all pictures. */
export const PlannedSubject = z.strictObject({
  name: z.string(),
  set: SetName,
  seed: z.string(),
  images: z.array(PlannedImage),
});
export type PlannedSubject = z.infer<typeof PlannedSubject>;

/** Shares of the subjects in the training and the development set; the test set has the rest. */
const TRAIN_SHARE = 0.5;
const DEV_SHARE = 0.2;

/**
 * What a domain consists of, as a pure function of its options: subjects over disjoint sets, bona fide pictures and
 * as many attacks, both spread evenly over the subjects, attacks evenly over the domain's kinds.
 */
export function planDomain(options: SynthesisOptions): PlannedSubject[] {
  const stem = `${String(options.seed)}/${options.domain}`;
  return Array.from({ length: options.subjects }, (_, index): PlannedSubject => {
    const name = `${options.domain}${String(index).padStart(3, '0')}`;
    const set = setOf(index, options.subjects);
    const folder = `${set}/${name}`;
    const count = share(options.bonaFideImages, options.subjects, index);
    const bonaFide = Array.from({ length: count }, (_, number) => ({
      path: `${folder}/bona-fide_${String(number)}.jpg`,
      attack: null,
      source: null,
      seed: `${stem}/${name}/bona-fide/${String(number)}`,
    }));
    return {
      name,
      set,
      seed: `${stem}/subject/${name}`,
      images: [...bonaFide, ...planAttacks(options, stem, name, folder, index, count)],
    };
  });
}

function planAttacks(
  options: SynthesisOptions,
  stem: string,
  name: string,
  folder: string,
  subject: number,
  count: number,
): PlannedImage[] {
  const kinds = syntheticDomains[options.domain].attacks;
  return Array.from({ length: count }, (_, number) => {
    // Starting at another kind with every subject keeps the kinds even when a subject has fewer pictures than kinds.
    const attack = (number + subject) % kinds.length;
    const type = kinds[attack]?.type ?? '';
    return {
      path: `${folder}/${type.replaceAll('/', '-')}_${String(number)}.jpg`,
      attack,
      source: Math.floor(number / kinds.length),
      seed: `${stem}/${name}/${type}/${String(number)}`,
    };
  });
}

/** How many of `total` things the person at `index` gets when they are dealt out one by one. */
function share(total: number, people: number, index: number): number {
  return Math.floor((total + people - 1 - index) / people);
}

function setOf(index: number, subjects: number): SetName {
  const train = Math.round(TRAIN_SHARE * subjects);
  const dev = Math.max(1, Math.round(DEV_SHARE * subjects));
  if (index < train) return 'train';
  return index < train + dev ? 'dev' : 'test';
}
