import { countAttackErrors, countBonaFideErrors, halfSum, share } from './rates';
import { countAtOrBelow, type SortedScores } from './score-set';
import { cdcnEerThreshold, ssdgEerThreshold } from './thresholds';

/** Published codes whose rules differ from ours; what they make of the same scores explains a difference in a table. */
export const codebases = ['ssdg', 'cdcn', 'celeba-spoof'] as const;
export type Codebase = (typeof codebases)[number];

export interface CodebaseFacts {
  readonly title: string;
  /** File whose rules these are. */
  readonly source: string;
  /** What it does otherwise, one sentence each. */
  readonly differences: readonly string[];
}

export const codebaseFacts: Readonly<Record<Codebase, CodebaseFacts>> = {
  ssdg: {
    title: 'SSDG',
    source: 'taylover-pei/SSDG-CVPR2020, utils/statistic.py and utils/evaluate.py',
    differences: [
      'The threshold is the EER point of the test set itself, on a grid of 0.0001 from 0 to 1 (and 1.1); the last of equal ones wins.',
      'Scores outside [0, 1] fall off the grid.',
      'ACER is measured at 0.5, and its APCER is pooled over attack types, not the worst one.',
      'Scores are means over two frames of a video, so compare at video level.',
    ],
  },
  cdcn: {
    title: 'CDCN',
    source: 'ZitongYu/CDCN, CVPR2020_paper_codes/utils.py',
    differences: [
      'The threshold is the score of the dev set where |TPR + FPR − 1| is least, not a midpoint between two scores.',
      'A score equal to the threshold is rejected (accepted above it only).',
      'APCER is pooled over attack types, not the worst one.',
    ],
  },
  'celeba-spoof': {
    title: 'CelebA-Spoof',
    source: 'ZhangYuanhan-AI/CelebA-Spoof, intra_dataset_code/client.py',
    differences: [
      'Attacks are the positive class: its "TPR@FPR" is the share of attacks found when that share of bona fide samples is rejected.',
      'The threshold is the score of a bona fide sample of the test set.',
      'It prints no APCER, BPCER or HTER.',
    ],
  },
};

/** What a published code makes of a set of scores. Fractions; null where it gives none, or a class is missing. */
export interface CodebaseRates {
  readonly codebase: Codebase;
  readonly threshold: number | null;
  /** The set its threshold is taken from. */
  readonly from: 'dev' | 'test' | null;
  /** Pooled over attack types. */
  readonly apcer: number | null;
  readonly bpcer: number | null;
  readonly acer: number | null;
  readonly hter: number | null;
  readonly eer: number | null;
  /** CelebA-Spoof's TPR@FPR: attacks found when this share of bona fide samples is rejected. */
  readonly attacksFound: { readonly '0.01': number; readonly '0.005': number; readonly '0.001': number } | null;
}

/** The same scores by another code's rules. @param dev null leaves what needs a dev set empty */
export function ratesByCodebase(codebase: Codebase, dev: SortedScores | null, test: SortedScores): CodebaseRates {
  switch (codebase) {
    case 'ssdg':
      return bySsdg(test);
    case 'cdcn':
      return byCdcn(dev, test);
    case 'celeba-spoof':
      return byCelebaSpoof(test);
  }
}

function bySsdg(test: SortedScores): CodebaseRates {
  const threshold = ssdgEerThreshold(test);
  const at = (value: number | null) => ({
    far: value === null ? null : share(countAttackErrors(test.pooledAttacks, value)),
    frr: value === null ? null : share(countBonaFideErrors(test.bonaFide, value)),
  });
  const [own, half] = [at(threshold), at(threshold === null ? null : 0.5)];
  const hter = halfSum(own.far, own.frr);
  return {
    ...none('ssdg'),
    threshold,
    from: threshold === null ? null : 'test',
    apcer: half.far,
    bpcer: half.frr,
    acer: halfSum(half.far, half.frr),
    hter,
    eer: hter,
  };
}

function byCdcn(dev: SortedScores | null, test: SortedScores): CodebaseRates {
  const threshold = dev && cdcnEerThreshold(dev);
  if (threshold === null) return none('cdcn');
  const apcer = share(countAttackErrors(test.pooledAttacks, threshold, 'above'));
  const bpcer = share(countBonaFideErrors(test.bonaFide, threshold, 'above'));
  const acer = halfSum(apcer, bpcer);
  return { ...none('cdcn'), threshold, from: 'dev', apcer, bpcer, acer, hter: acer };
}

function byCelebaSpoof({ bonaFide, pooledAttacks }: SortedScores): CodebaseRates {
  if (bonaFide.length === 0 || pooledAttacks.length === 0) return none('celeba-spoof');
  const found = (fpr: number) => {
    // Its scores rise with spoofing: the k-th highest of the bona fide is our k-th lowest.
    const rejected = Math.max(1, Math.floor(fpr * bonaFide.length));
    return countAtOrBelow(pooledAttacks, bonaFide[rejected - 1] ?? NaN) / pooledAttacks.length;
  };
  return {
    ...none('celeba-spoof'),
    from: 'test',
    attacksFound: { '0.01': found(0.01), '0.005': found(0.005), '0.001': found(0.001) },
  };
}

function none(codebase: Codebase): CodebaseRates {
  return {
    codebase,
    threshold: null,
    from: null,
    apcer: null,
    bpcer: null,
    acer: null,
    hter: null,
    eer: null,
    attacksFound: null,
  };
}
