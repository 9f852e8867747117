import { z } from '@shared/zod';

/** A fraction in [0, 1]; null where it does not exist (no attacks, one class, no threshold). Never NaN. */
export const Rate = z.number().min(0).max(1).nullable();

/** Lower and upper end of a 95 % confidence interval; null where it does not exist. */
export const RateInterval = z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]).nullable();

/** 95 % intervals: exact (Clopper–Pearson) for counted proportions, drawn by subject for the compound rates. */
export const RateIntervals = z.strictObject({
  confidence: z.number(),
  /** Clopper–Pearson over samples. `max` is the interval of the worst attack type. */
  apcer: z.strictObject({
    max: RateInterval,
    pooled: RateInterval,
    perType: z.record(z.string(), RateInterval),
  }),
  bpcer: RateInterval,
  /** Percentile bootstrap over subjects at the fixed threshold; null when the subjects are not known. */
  hter: RateInterval,
  acer: RateInterval,
  subjects: z.int().nonnegative().nullable(),
  /** What a subject is: a person; a video or a single sample where the scores do not name people. */
  unit: z.enum(['subject', 'video', 'sample']).optional(),
  resamples: z.int().nonnegative(),
  /** Set when there are too few subjects for the bootstrap to keep its promise. */
  warning: z.string().nullable().optional(),
  /**
   * What one more sample of a subject already seen is worth: variance of HTER by subject over its variance if all samples were
   * independent. 10,000 frames of 20 people at an effect of 500 are 20 frames.
   */
  designEffect: z.number().nonnegative().nullable().optional(),
});
export type RateIntervals = z.infer<typeof RateIntervals>;

/** How well scores say what they mean; null where that cannot be said. */
export const Calibration = z.strictObject({
  /** Expected calibration error of scores as P(bona fide), 15 bins; null when a score lies outside [0, 1]. */
  ece: Rate,
  /** Cost of scores as natural log-likelihood ratios, in bits (bob's Cllr); 0 is perfect, 1 says nothing. */
  cllr: z.number().nonnegative().nullable(),
  /** The least Cllr that any rising map of the scores reaches. */
  minCllr: z.number().nonnegative().nullable(),
  /** Cllr of scores as P(bona fide) at equal priors; null outside [0, 1] or when a score is surely wrong. */
  cllrAsProbability: z.number().nonnegative().nullable(),
});
export type Calibration = z.infer<typeof Calibration>;

/**
 * What is measured on one set. `apcer` to `hter` belong to the evaluation's threshold; `eer` to `tprAtFpr` are the
 * set's own curve (their thresholds come from the set itself, so on a test set they are oracle values).
 */
export const Rates = z.strictObject({
  /** Scored samples: the denominators. */
  n: z.strictObject({
    bonaFide: z.int().nonnegative(),
    attacks: z.record(z.string(), z.int().nonnegative()),
  }),
  /** Share of all samples without a score. FAR, FRR and HTER count it; APCER, BPCER and ACER are over scored samples. */
  failureToAcquire: Rate,
  apcer: z.strictObject({
    /** The worst attack type. */
    max: Rate,
    pooled: Rate,
    perType: z.record(z.string(), Rate),
  }),
  bpcer: Rate,
  /** (APCER max + BPCER) / 2. */
  acer: Rate,
  far: Rate,
  frr: Rate,
  /** (FAR + FRR) / 2. */
  hter: Rate,
  eer: Rate,
  minHter: Rate,
  auc: Rate,
  /** BPCER where every attack type has APCER ≤ 1/10, 1/20, 1/100, at bob's thresholds. */
  bpcer10: Rate,
  bpcer20: Rate,
  bpcer100: Rate,
  tprAtFpr: z.strictObject({ '0.1': Rate, '0.05': Rate, '0.01': Rate }),
  interval: RateIntervals.nullable(),
  /** The attack type that APCER's maximum belongs to; the first by name on a tie. */
  worstType: z.string().nullable().optional(),
  /** Samples without a score, by class. */
  failures: z
    .strictObject({
      bonaFide: z.int().nonnegative(),
      attacks: z.record(z.string(), z.int().nonnegative()),
    })
    .optional(),
  /** BPCER10, 20 and 100 at the lowest threshold that holds them, where bob's may give more. */
  smallestBpcer: z.strictObject({ '10': Rate, '20': Rate, '100': Rate }).optional(),
  /** The set's own thresholds behind `eer`, `minHter` and the BPCERs. */
  ownThresholds: z
    .strictObject({
      eer: z.number().nullable(),
      minHter: z.number().nullable(),
      bpcer10: z.number().nullable(),
      bpcer20: z.number().nullable(),
      bpcer100: z.number().nullable(),
    })
    .optional(),
  calibration: Calibration.optional(),
});
export type Rates = z.infer<typeof Rates>;
