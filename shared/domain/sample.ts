import { z } from '@shared/zod';
import { type SynthesisOptions, SyntheticDomain } from './dataset';

export const SampleSize = z.enum(['quick', 'full']);
export type SampleSize = z.infer<typeof SampleSize>;

/**
 * How much of each synthetic domain the sample project draws. Quick: minutes on two cores, enough to see training work.
 * Full: enough for differences between presets to stand out of the noise.
 */
export const sampleSizes: Readonly<Record<SampleSize, Pick<SynthesisOptions, 'subjects' | 'bonaFideImages'>>> = {
  quick: { subjects: 40, bonaFideImages: 400 },
  full: { subjects: 60, bonaFideImages: 720 },
};

/** Images that the sample project draws: as many attacks as bona fide, in each domain. */
export function sampleImages(size: SampleSize): number {
  return SyntheticDomain.options.length * 2 * sampleSizes[size].bonaFideImages;
}
