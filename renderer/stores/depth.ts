import { defineStore } from 'pinia';
import { computed, onScopeDispose, reactive, ref, shallowRef, triggerRef, watch } from 'vue';
import { z } from '@shared/zod';
import { type DepthPrediction, SampleReference } from '@shared/contract/channels';
import type { AppError } from '@shared/contract/errors';
import { DepthReference } from '@shared/domain/depth-target';
import { DepthMeasureName } from '@shared/domain/depth-measures';
import type { SetName } from '@shared/domain/names';
import { useClient } from '../api/client';
import { answerLatest } from '../api/latest';
import { asAppError, isCancelled } from '../api/reading-errors';
import { useLoad } from '../api/use-load';
import { ColourMapName } from '@shared/figures/colour-maps';
import { useStored } from '../ui/use-stored';
import { useJobs } from './jobs';
import { useProject } from './project';

/** How colours are laid over values: the declared 0–1, the span of both maps, or each map's own span. */
export const RangeMode = z.enum(['declared', 'shared', 'per-image']);
export type RangeMode = z.infer<typeof RangeMode>;
export type DepthSet = { readonly dataset: string; readonly set: SetName };

/** Predictions kept, 4 kB each beside the samples' targets: 200 epochs of 64 tiles. */
const kept = 12_800;
/** How long an epoch is rested on before its set is ranked. */
const restMs = 250;
/** Samples that can be pinned: with eight runs below them, a grid of 64 maps. */
export const mostPins = 8;
const Pins = z.record(z.string(), z.array(SampleReference));

/** What the depth view shows: a run, an epoch, a sample, and how. */
export const useDepth = defineStore('depth', () => {
  const client = useClient();
  const jobs = useJobs();
  const project = useProject();

  const job = ref<string | null>(null);
  const epoch = ref<number | null>(null);
  const sample = shallowRef<SampleReference | null>(null);
  const set = shallowRef<DepthSet | null>(null);

  const colourMap = useStored<ColourMapName>('depth.colours', ColourMapName, 'viridis');
  const rangeMode = useStored<RangeMode>('depth.range', RangeMode, 'declared');
  const rankBy = useStored<DepthMeasureName>('depth.rank-by', DepthMeasureName, 'meanAbsoluteError');
  const against = useStored<DepthReference>('depth.against', DepthReference, 'target');
  const display = reactive({ overRgb: 0, hideBelow: 0, errorRange: 0.35 });

  const detail = useLoad((signal) =>
    job.value === null ? Promise.resolve(undefined) : client['jobs.detail']({ job: job.value }, signal),
  );
  const epochs = computed(() => detail.data.value?.depthEpochs ?? []);
  const lastEpoch = computed(() => epochs.value.at(-1) ?? null);
  /** Datasets that the run can be looked at on: its sources, where maps are at their best, then its other targets. */
  const datasets = computed(() => {
    const summary = job.value === null ? undefined : jobs.byId.get(job.value);
    if (summary?.job.kind !== 'train') return [];
    return [...new Set([...summary.job.sources, ...summary.job.targets])];
  });

  const ranking = useLoad((signal) => {
    const where = set.value;
    if (job.value === null || epoch.value === null || where === null) return Promise.resolve(undefined);
    return client['depth.ranking']({ job: job.value, epoch: epoch.value, ...where, against: against.value }, signal);
  });

  const predictions = shallowRef(new Map<string, DepthPrediction>());
  const predictionError = shallowRef<AppError | null>(null);
  const keyOf = (ofJob: string, ofEpoch: number | 'last', { dataset, index }: SampleReference) =>
    `${ofJob} ${ofEpoch} ${dataset} ${index} ${against.value}`;

  /** A sample's target is the same at every epoch and for every run: held once. */
  const targets = new Map<string, DepthPrediction['target']>();
  function withSharedTarget(prediction: DepthPrediction): DepthPrediction {
    const key = `${prediction.sample.dataset} ${prediction.sample.index} ${prediction.targetIs}`;
    const held = targets.get(key);
    if (held?.every((value, cell) => value === prediction.target[cell])) return { ...prediction, target: held };
    targets.set(key, prediction.target);
    return prediction;
  }

  /** Predictions of a run at an epoch, from memory where they were made before. */
  async function predict(
    ofJob: string,
    ofEpoch: number | 'last',
    samples: readonly SampleReference[],
    signal?: AbortSignal,
  ): Promise<(DepthPrediction | undefined)[]> {
    const missing = samples.filter((wanted) => !predictions.value.has(keyOf(ofJob, ofEpoch, wanted)));
    if (missing.length > 0) {
      const made = await client['depth.predict'](
        { job: ofJob, epoch: ofEpoch, samples: [...missing], against: against.value },
        signal,
      );
      for (const prediction of made)
        predictions.value.set(keyOf(ofJob, ofEpoch, prediction.sample), withSharedTarget(prediction));
      for (const key of predictions.value.keys()) {
        if (predictions.value.size <= kept) break;
        predictions.value.delete(key);
      }
      triggerRef(predictions);
    }
    return samples.map((wanted) => predictions.value.get(keyOf(ofJob, ofEpoch, wanted)));
  }

  /** The maps in the panes: of the chosen epoch, or the last that arrived until it does. */
  const shown = shallowRef<DepthPrediction | null>(null);
  /** Epoch that these maps are of. */
  const shownEpoch = ref<number | null>(null);
  const show = answerLatest(async () => {
    const now = { job: job.value, epoch: epoch.value, sample: sample.value };
    if (now.job === null || now.epoch === null || now.sample === null) {
      shown.value = null;
      return;
    }
    const isStill = () => job.value === now.job && sample.value === now.sample;
    try {
      const [prediction] = await predict(now.job, now.epoch, [now.sample]);
      if (!isStill()) return;
      shown.value = prediction ?? null;
      shownEpoch.value = now.epoch;
      predictionError.value = null;
      if (prediction && set.value?.dataset !== prediction.sample.dataset)
        set.value = { dataset: prediction.sample.dataset, set: prediction.set };
    } catch (reason) {
      if (isStill() && !isCancelled(reason)) predictionError.value = asAppError(reason);
    }
  });

  /** Samples a person pinned in this project, in the order of pinning; remembered. */
  const allPins = useStored<z.infer<typeof Pins>>('depth.pins', Pins, {});
  // Copies: what is asked of the workbench must be plain objects, not the stored list's reactive ones.
  const pins = computed(() =>
    (allPins.value[project.current?.path ?? ''] ?? []).map(({ dataset, index }) => ({ dataset, index })),
  );
  const isPinned = (wanted: SampleReference) =>
    pins.value.some(({ dataset, index }) => dataset === wanted.dataset && index === wanted.index);
  /** Pins a sample, or lets it go; of too many the oldest goes. */
  function togglePin(wanted: SampleReference): void {
    const others = pins.value.filter(({ dataset, index }) => dataset !== wanted.dataset || index !== wanted.index);
    const next = isPinned(wanted) ? others : [...others, { dataset: wanted.dataset, index: wanted.index }];
    allPins.value = { ...allPins.value, [project.current?.path ?? '']: next.slice(-mostPins) };
  }

  /** Place of the sample in its set. */
  const position = computed(() => {
    const indices = ranking.data.value?.index;
    if (!indices || sample.value === null || sample.value.dataset !== set.value?.dataset) return null;
    const place = indices.indexOf(sample.value.index);
    return place < 0 ? null : place;
  });
  function step(by: number): void {
    const indices = ranking.data.value?.index;
    const dataset = set.value?.dataset;
    if (!indices || dataset === undefined || indices.length === 0) return;
    const place = Math.min(indices.length - 1, Math.max(0, (position.value ?? -by) + by));
    const index = indices[place];
    if (index !== undefined) sample.value = { dataset, index };
  }
  function stepEpoch(by: number): void {
    const here = epoch.value === null ? -1 : epochs.value.indexOf(epoch.value);
    epoch.value = epochs.value[Math.min(epochs.value.length - 1, Math.max(0, here + by))] ?? epoch.value;
  }
  /** The nearest epoch that was kept. */
  function goToEpoch(wanted: number): void {
    const nearest = [...epochs.value].sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0];
    if (nearest !== undefined) epoch.value = nearest;
  }

  watch(
    () => project.current?.path,
    () => {
      job.value = null;
      sample.value = null;
      set.value = null;
    },
  );
  watch(job, () => {
    epoch.value = null;
    shown.value = null;
    predictionError.value = null;
    void detail.reload();
  });
  // A run that trains keeps more epochs as it goes on: the newest is followed while it is the one shown.
  watch(
    () => (job.value === null ? undefined : jobs.byId.get(job.value)?.progress?.epoch),
    (now, before) => {
      if (before !== undefined && now !== undefined) void detail.reload();
    },
  );
  watch(epochs, (list, before) => {
    const followed = epoch.value === null || epoch.value === before.at(-1);
    if (followed || !list.includes(epoch.value ?? -1)) epoch.value = list.at(-1) ?? null;
  });
  watch(datasets, (list) => {
    const [first] = list;
    if (first !== undefined && (set.value === null || !list.includes(set.value.dataset))) {
      if (sample.value === null || !list.includes(sample.value.dataset)) set.value = { dataset: first, set: 'test' };
    }
  });
  watch(
    [job, epoch, sample, against],
    () => {
      show();
    },
    { flush: 'post' },
  );
  // Ranking a set takes a while: while epochs are scrubbed it waits until one is rested on.
  let rest: ReturnType<typeof setTimeout> | undefined;
  watch(
    [job, epoch, set, against],
    ([nowJob, , nowSet, nowAgainst], [thenJob, thenEpoch, thenSet, thenAgainst]) => {
      clearTimeout(rest);
      const isScrubbing = nowJob === thenJob && nowSet === thenSet && nowAgainst === thenAgainst && thenEpoch !== null;
      if (isScrubbing) rest = setTimeout(() => void ranking.reload(), restMs);
      else void ranking.reload();
    },
    { flush: 'post' },
  );
  onScopeDispose(() => {
    clearTimeout(rest);
  });
  // A set without a chosen sample starts at its first bona fide face.
  watch(
    () => ranking.data.value,
    (data) => {
      const dataset = set.value?.dataset;
      if (!data || dataset === undefined || sample.value?.dataset === dataset) return;
      const first = data.bonaFide.indexOf(1);
      const index = data.index[Math.max(0, first)];
      if (index !== undefined) sample.value = { dataset, index };
    },
  );

  return {
    job,
    epoch,
    sample,
    set,
    colourMap,
    rangeMode,
    rankBy,
    against,
    display,
    detail: detail.data,
    detailError: detail.error,
    detailSlow: detail.slow,
    reloadDetail: detail.reload,
    epochs,
    lastEpoch,
    datasets,
    ranking: ranking.data,
    rankingError: ranking.error,
    rankingLoading: ranking.loading,
    rankingSlow: ranking.slow,
    reloadRanking: ranking.reload,
    shown,
    shownEpoch,
    predictionError,
    show,
    predict,
    pins,
    isPinned,
    togglePin,
    position,
    step,
    stepEpoch,
    goToEpoch,
  };
});
