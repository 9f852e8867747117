import { computed, type ComputedRef, ref, type Ref, shallowRef, watch } from 'vue';
import type { DepthRanking } from '@shared/contract/channels';
import { DepthScoreRule, scoresByRule } from '@shared/domain/depth-score';
import { type SortedScores, scoreSetOf, sortScores } from '@shared/metrics/score-set';
import { ratesAt, type ThresholdRates } from '@shared/metrics/rates';
import { eerThreshold } from '@shared/metrics/thresholds';
import { useClient } from '../../api/client';
import { asAppError } from '../../api/reading-errors';
import { useDepth } from '../../stores/depth';
import { useJobs } from '../../stores/jobs';
import { useStored } from '../../ui';

/** Where the threshold in use comes from. */
export interface ThresholdOrigin {
  readonly policy: string;
  readonly value: number;
  readonly from: string;
}

/** A map as a number, by a rule the person chooses: its scores over the set, a threshold and the rates at it, all live. */
export function useDepthScore(): {
  rule: Ref<DepthScoreRule>;
  hasClassifier: ComputedRef<boolean>;
  sorted: ComputedRef<SortedScores | null>;
  origin: Ref<ThresholdOrigin | null>;
  byHand: Ref<number | null>;
  threshold: Ref<number>;
  rates: ComputedRef<ThresholdRates | null>;
} {
  const depth = useDepth();
  const jobs = useJobs();
  const client = useClient();
  const chosenRule = useStored<DepthScoreRule>('depth.score-rule', DepthScoreRule, {
    depth: 'mean',
    classifierShare: 0,
  });
  const origin = shallowRef<ThresholdOrigin | null>(null);
  const byHand = ref<number | null>(null);

  const hasClassifier = computed(() => Boolean(depth.ranking?.score));
  const rule = computed({
    get: () => (hasClassifier.value ? chosenRule.value : { ...chosenRule.value, classifierShare: 0 }),
    set: (value) => {
      chosenRule.value = value;
    },
  });
  const sortOf = (rankings: readonly DepthRanking[]) =>
    sortScores(
      scoreSetOf({
        scores: Float64Array.from(rankings.flatMap((ranking) => [...scoresByRule(rule.value, ranking)])),
        attackTypes: rankings.flatMap(typesOf),
      }),
    );
  const sorted = computed(() => (depth.ranking ? sortOf([depth.ranking]) : null));
  const sources = computed(() => {
    const summary = depth.job === null ? undefined : jobs.byId.get(depth.job);
    return summary?.job.kind === 'train' ? summary.job.sources : [];
  });
  const fromDev = computed(() => (sources.value.length > 0 ? `from ${sources.value.join(', ')} dev` : ''));

  /** The run's own policy, as its score files have it: for the plain mean of its last epoch. */
  async function ownThreshold(): Promise<ThresholdOrigin | null> {
    const { job, set, ranking } = depth;
    const { depth: reduction, classifierShare } = rule.value;
    const isKept = reduction === 'mean' && classifierShare === 0 && ranking?.epoch === depth.lastEpoch;
    if (!isKept || job === null || !set || set.set === 'train') return null;
    const { value, error } = await settled(
      client['scores.read']({ job, epoch: 'last', dataset: set.dataset, set: set.set, kind: 'depth' }),
    );
    // Scores are written when a run ends; until then there is no threshold of its own.
    if (error?.code === 'internal') throw error;
    if (!value || value.threshold === null) return null;
    const policy = depth.detail?.config?.evaluation.threshold ?? 'source-dev-eer';
    return { policy, value: value.threshold, from: fromDev.value };
  }
  /** The EER threshold of the rule on the sources' dev sets, at this epoch. */
  async function sourceThreshold(epoch: DepthRanking['epoch']): Promise<ThresholdOrigin | null> {
    const { job } = depth;
    if (job === null || sources.value.length === 0) return null;
    const { value: rankings } = await settled(
      Promise.all(sources.value.map((dataset) => client['depth.ranking']({ job, epoch, dataset, set: 'dev' }))),
    );
    const value = rankings ? eerThreshold(sortOf(rankings)) : null;
    return value === null ? null : { policy: 'source-dev-eer', value, from: fromDev.value };
  }
  let asked = 0;
  async function readOrigin(): Promise<void> {
    const turn = ++asked;
    origin.value = null;
    byHand.value = null;
    const { ranking } = depth;
    if (!ranking || !sorted.value) return;
    const found = (await ownThreshold()) ?? (await sourceThreshold(ranking.epoch));
    if (turn !== asked) return;
    // Without a dev set of the sources: this set's own EER, which is an oracle, and is stamped as one.
    const own = eerThreshold(sorted.value);
    origin.value = found ?? (own === null ? null : { policy: 'oracle-eer', value: own, from: 'this set itself' });
  }
  watch([() => depth.ranking, rule], () => void readOrigin(), { immediate: true });

  const threshold = computed({
    get: () => byHand.value ?? origin.value?.value ?? 0,
    set: (value) => {
      byHand.value = value;
    },
  });
  const rates = computed(() => (sorted.value ? ratesAt(sorted.value, threshold.value) : null));
  return { rule, hasClassifier, sorted, origin, byHand, threshold, rates };
}

function typesOf(ranking: DepthRanking): string[] {
  return Array.from(ranking.attackType, (type) => ranking.attackTypes[type] ?? '');
}

async function settled<T>(work: Promise<T>): Promise<{ value?: T; error?: ReturnType<typeof asAppError> }> {
  try {
    return { value: await work };
  } catch (reason) {
    return { error: asAppError(reason) };
  }
}
