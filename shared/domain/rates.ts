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
  resamples: z.int().nonnegative(),
});
export type RateIntervals = z.infer<typeof RateIntervals>;

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
});
export type Rates = z.infer<typeof Rates>;
