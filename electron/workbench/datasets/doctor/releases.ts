import type { Dataset, LayoutName } from '@shared/domain/dataset';

interface Release {
  readonly name: string;
  readonly items: number;
  readonly subjects?: number;
}

/**
 * Public datasets that are around in more than one size: numbers of one are not comparable with numbers of another. Items are
 * clips, or pictures where the dataset is one of pictures.
 */
const releases: Partial<Record<LayoutName, readonly Release[]>> = {
  'oulu-npu': [
    { name: 'the 4,950 clips of the download', items: 4950, subjects: 55 },
    { name: 'the 5,940 clips of the paper', items: 5940, subjects: 55 },
    { name: 'the train and test users, 3,600 clips', items: 3600, subjects: 40 },
  ],
  'casia-fasd': [{ name: 'all 600 clips', items: 600, subjects: 50 }],
  'replay-attack': [
    { name: '1,200 clips without enrolment', items: 1200, subjects: 50 },
    { name: '1,300 clips with enrolment', items: 1300, subjects: 50 },
  ],
  'replay-mobile': [
    { name: '1,030 clips without enrolment', items: 1030 },
    { name: '1,190 clips with enrolment', items: 1190 },
  ],
  'msu-mfsd': [
    { name: 'the 280 clips of 35 people that are public', items: 280, subjects: 35 },
    { name: 'the 440 clips of 55 people of the paper', items: 440, subjects: 55 },
  ],
  'celeba-spoof': [
    { name: 'the 625,537 images of the paper', items: 625_537 },
    { name: 'the 561,575 images of the download', items: 561_575 },
  ],
  nuaa: [{ name: 'all 12,614 images', items: 12_614 }],
  'rose-youtu': [
    { name: 'the 3,350 clips of 20 people that are public', items: 3350, subjects: 20 },
    { name: 'the 4,225 clips of 25 people of the paper', items: 4225, subjects: 25 },
  ],
  'casia-surf': [{ name: 'all 96,584 samples', items: 96_584 }],
  '3dmad': [{ name: 'all 255 recordings', items: 255, subjects: 17 }],
};

/** What of a release may be missing and still be it: a few files do not open on every machine. */
const mayLack = 0.01;

/** Which release of a public dataset was imported, as far as its numbers tell. */
export type ReleaseVerdict =
  | { readonly kind: 'known'; readonly words: string; readonly ambiguous: boolean }
  | { readonly kind: 'part'; readonly words: string }
  | { readonly kind: 'no-release' };

export function releaseOf({ importer }: Pick<Dataset, 'importer'>, items: number): ReleaseVerdict {
  const known = Object.entries(releases).find(([name]) => name === importer)?.[1];
  if (!known) return { kind: 'no-release' };
  const fitting = known.find((release) => items <= release.items && items >= release.items * (1 - mayLack));
  const others = known.filter((release) => release !== fitting).map(({ name }) => name);
  if (fitting)
    return {
      kind: 'known',
      words: `${fitting.name}${others.length > 0 ? `; there are also ${others.join(' and ')}` : ''}`,
      ambiguous: others.length > 0,
    };
  return {
    kind: 'part',
    words: `${items} items are none of its releases: ${known.map(({ name }) => name).join(', ')}`,
  };
}
