/** What a metric is: the words of a hover, a footnote and the documentation, written once. */
export interface MetricDefinition {
  readonly id: string;
  /** As tables print it. */
  readonly title: string;
  /** Its name in full. */
  readonly name: string;
  readonly formula: string;
  /** What it says, and what to mind. */
  readonly help: string;
  /** Where the definition stands. */
  readonly source: string;
  readonly better: 'lower' | 'higher';
  readonly unit: 'rate' | 'bits';
  /** Which threshold it needs: the evaluation's, one of the set itself (an oracle on a test set), or none. */
  readonly threshold: 'given' | 'own' | 'none';
}

const iso = 'ISO/IEC 30107-3';
const bob = 'bob.measure and bob.pad.base';

const definitions = [
  {
    id: 'apcer',
    title: 'APCER',
    name: 'attack presentation classification error rate, worst attack type',
    formula: 'max over attack types k of |{a ∈ Aₖ : a ≥ t}| / |Aₖ|',
    help: 'Share of the attacks of the worst attack type that are accepted.',
    source: iso,
    better: 'lower',
    unit: 'rate',
    threshold: 'given',
  },
  {
    id: 'apcer-pooled',
    title: 'APCER pooled',
    name: 'attack presentation classification error rate over all attacks at once',
    formula: '|{a ∈ A : a ≥ t}| / |A|',
    help: 'What several published codes print as APCER. Never above the worst type; depends on how many attacks of each type there are.',
    source: 'ZitongYu/CDCN, utils.py',
    better: 'lower',
    unit: 'rate',
    threshold: 'given',
  },
  {
    id: 'bpcer',
    title: 'BPCER',
    name: 'bona fide presentation classification error rate',
    formula: '|{b ∈ B : b < t}| / |B|',
    help: 'Share of the bona fide samples that are rejected.',
    source: iso,
    better: 'lower',
    unit: 'rate',
    threshold: 'given',
  },
  {
    id: 'acer',
    title: 'ACER',
    name: 'average classification error rate',
    formula: '(APCER + BPCER) / 2',
    help: 'Uses the worst attack type. No longer in newer editions of the standard, still in most papers.',
    source: `${iso}, first edition`,
    better: 'lower',
    unit: 'rate',
    threshold: 'given',
  },
  {
    id: 'far',
    title: 'FAR',
    name: 'false acceptance rate',
    formula: 'APCER pooled · (1 − FTA)',
    help: 'Share of all attacks accepted; an attack without a face cannot be accepted.',
    source: bob,
    better: 'lower',
    unit: 'rate',
    threshold: 'given',
  },
  {
    id: 'frr',
    title: 'FRR',
    name: 'false rejection rate',
    formula: 'FTA + BPCER · (1 − FTA)',
    help: 'Share of bona fide samples rejected; one without a face counts as rejected.',
    source: bob,
    better: 'lower',
    unit: 'rate',
    threshold: 'given',
  },
  {
    id: 'hter',
    title: 'HTER',
    name: 'half total error rate',
    formula: '(FAR + FRR) / 2',
    help: 'The threshold comes from another set; at the EER threshold of the test set itself it is only the EER.',
    source: bob,
    better: 'lower',
    unit: 'rate',
    threshold: 'given',
  },
  {
    id: 'eer',
    title: 'EER',
    name: 'equal error rate',
    formula: '(FPR + FNR) / 2 at the t with the least |FPR − FNR|, the highest of several',
    help: "Of the set itself, so on a test set it looks at the labels. Pooled over attack types; thresholds lie midway between scores, as bob's do.",
    source: bob,
    better: 'lower',
    unit: 'rate',
    threshold: 'own',
  },
  {
    id: 'min-hter',
    title: 'min-HTER',
    name: 'least half total error rate',
    formula: 'min over t of (FPR + FNR) / 2',
    help: 'Of the set itself: what no threshold could better.',
    source: bob,
    better: 'lower',
    unit: 'rate',
    threshold: 'own',
  },
  {
    id: 'auc',
    title: 'AUC',
    name: 'area under the ROC',
    formula: 'P(b > a) + ½ P(b = a)',
    help: 'Below one half the scores are the wrong way round, or worse than guessing. Pooled over attack types.',
    source: 'Mann and Whitney 1947',
    better: 'higher',
    unit: 'rate',
    threshold: 'none',
  },
  ...([0.1, 0.05, 0.01] as const).map((fpr) => ({
    id: `tpr-at-fpr-${String(fpr)}`,
    title: `TPR@FPR ${String(fpr * 100)} %`,
    name: `bona fide accepted where at most ${String(fpr * 100)} % of attacks are`,
    formula: `max TPR with FPR ≤ ${String(fpr)}`,
    help: 'Pooled over attack types. Some codes print attacks found at a share of bona fide rejected under the same name.',
    source: 'koushiksrivats/FLIP, utils/evaluate.py',
    better: 'higher' as const,
    unit: 'rate' as const,
    threshold: 'own' as const,
  })),
  ...([10, 20, 100] as const).map((k) => ({
    id: `bpcer${String(k)}`,
    title: `BPCER${String(k)}`,
    name: `BPCER where APCER is at most ${String(100 / k)} %`,
    formula: `BPCER at max over types of the lowest attack score that accepts at most 1/${String(k)} of them`,
    help: "Holds for every attack type. bob's threshold sits on an attack score, so a lower BPCER may exist: see the smallest variant.",
    source: `${iso}; ${bob}`,
    better: 'lower' as const,
    unit: 'rate' as const,
    threshold: 'own' as const,
  })),
  ...([10, 20, 100] as const).map((k) => ({
    id: `smallest-bpcer${String(k)}`,
    title: `smallest BPCER${String(k)}`,
    name: `the least BPCER where APCER is at most ${String(100 / k)} %`,
    formula: `BPCER at the lowest t with APCERₖ ≤ 1/${String(k)} for every type`,
    help: "Never above bob's value.",
    source: iso,
    better: 'lower' as const,
    unit: 'rate' as const,
    threshold: 'own' as const,
  })),
  {
    id: 'epc',
    title: 'EPC',
    name: 'expected performance curve',
    formula: 'HTER(test, t(α)) with t(α) = argmin over t of α · FAR(dev, t) + (1 − α) · FRR(dev, t)',
    help: 'HTER on the test set over the cost α of accepting an attack, each threshold taken from the dev set.',
    source: 'Bengio, Mariéthoz and Keller 2005',
    better: 'lower',
    unit: 'rate',
    threshold: 'none',
  },
  {
    id: 'fta',
    title: 'FTA',
    name: 'failure to acquire',
    formula: 'samples without a score / all samples',
    help: 'No face found, or an unreadable frame. APCER, BPCER and ACER are over scored samples; FAR, FRR and HTER count it.',
    source: `${iso}; ${bob}`,
    better: 'lower',
    unit: 'rate',
    threshold: 'none',
  },
  {
    id: 'ece',
    title: 'ECE',
    name: 'expected calibration error',
    formula: 'Σ over 15 equal bins of n/N · |mean score − share of bona fide|',
    help: 'Reads scores as P(bona fide); empty when one lies outside [0, 1]. Depends on how many of each class there are.',
    source: 'Guo et al. 2017',
    better: 'lower',
    unit: 'rate',
    threshold: 'none',
  },
  {
    id: 'cllr',
    title: 'Cllr',
    name: 'cost of log-likelihood ratio',
    formula: '½ · (mean over B of log₂(1 + e⁻ˢ) + mean over A of log₂(1 + eˢ))',
    help: 'Reads scores as natural log-likelihood ratios, as bob does. 0 is perfect, 1 says nothing.',
    source: 'Brümmer and du Preez 2006; bob.measure',
    better: 'lower',
    unit: 'bits',
    threshold: 'none',
  },
  {
    id: 'cllr-probability',
    title: 'Cllr of P',
    name: 'cost of log-likelihood ratio of a probability',
    formula: '½ · (mean over B of −log₂ s + mean over A of −log₂(1 − s))',
    help: 'Reads scores as P(bona fide) at equal priors; empty when one lies outside [0, 1] or is surely wrong.',
    source: 'Brümmer and du Preez 2006',
    better: 'lower',
    unit: 'bits',
    threshold: 'none',
  },
  {
    id: 'min-cllr',
    title: 'min-Cllr',
    name: 'least cost of log-likelihood ratio',
    formula: 'Cllr after the best rising map of the scores (pool adjacent violators)',
    help: 'What ranking alone costs; the rest of Cllr is calibration.',
    source: 'Brümmer and du Preez 2006',
    better: 'lower',
    unit: 'bits',
    threshold: 'none',
  },
] as const satisfies readonly MetricDefinition[];

export const metricDefinitions: readonly MetricDefinition[] = definitions;

/** The definition of a metric; undefined for an unknown id. */
export function findMetric(id: string): MetricDefinition | undefined {
  return metricDefinitions.find((definition) => definition.id === id);
}

/** Said wherever definitions are listed: what every formula takes for granted. */
export const orientation =
  'A score says how bona fide a sample is: higher is more bona fide, whatever the file it came from said. A sample is accepted when its score s ≥ t. B are the bona fide scores, A the attack scores, Aₖ those of attack type k; samples without a score are in none of them.';
