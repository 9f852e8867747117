import { computed, type Ref, ref, shallowRef, watch } from 'vue';
import type { Evaluation, Making, ReportData } from '@shared/domain/report';
import type { ScoreKind } from '@shared/domain/scores';
import { measureRates } from '@shared/metrics/evaluate';
import { scoreSetOf, sortScores } from '@shared/metrics/score-set';
import { useClient } from '../../api/client';
import { useLoad } from '../../api/use-load';
import { type CellChoice, evaluationsOf, firstCell } from './report-cells';

/** The cell that the panels of a report show: its evaluation, the scores behind it, and the threshold moved by hand. */
export function useCell(
  data: Readonly<Ref<ReportData | null>>,
  oracleData: Readonly<Ref<ReportData | null>>,
  policy: Readonly<Ref<string | undefined>>,
) {
  const client = useClient();

  // The chosen cell and seed; they stay through a change of the making where the new numbers still have them.
  const choice = shallowRef<CellChoice | null>(null);
  watch(
    data,
    (made) => {
      if (!made) return;
      const still = choice.value && evaluationsOf(made, choice.value).length > 0;
      if (!still) choice.value = firstCell(made);
    },
    { immediate: true },
  );
  const system = computed({
    get: () => choice.value?.system ?? '',
    set: (value: string) => {
      chooseSystem(value, choice.value?.target ?? null);
    },
  });
  function chooseSystem(wanted: string, target: string | null): void {
    const made = data.value;
    if (!made) return;
    const same = choice.value && { ...choice.value, system: wanted, target: target ?? choice.value.target };
    choice.value = same && evaluationsOf(made, same).length > 0 ? same : firstCell(made, wanted);
  }
  function chooseCell(id: string): void {
    const [wanted = '', source = '', target = ''] = id.split('|');
    choice.value = { system: wanted, source: source.split(','), target };
  }
  const behind = computed(() => (data.value && choice.value ? evaluationsOf(data.value, choice.value) : []));
  const seed = ref('');
  const seeds = computed(() =>
    behind.value.map(({ evaluation }) => ({
      value: String(evaluation.seed),
      label: `seed ${evaluation.seed ?? '–'}`,
    })),
  );
  const chosen = computed(
    () =>
      (behind.value.find(({ evaluation }) => String(evaluation.seed) === seed.value) ?? behind.value[0])?.evaluation ??
      null,
  );
  const seedShown = computed({
    get: () => String(chosen.value?.seed),
    set: (value: string) => {
      seed.value = value;
    },
  });
  const oracle = computed(() => {
    const made = oracleData.value;
    if (!made || !choice.value) return null;
    const found = evaluationsOf(made, choice.value);
    return (found.find(({ evaluation }) => evaluation.seed === chosen.value?.seed) ?? found[0])?.evaluation ?? null;
  });

  const scoresKey = computed(() => keyOf(chosen.value, data.value));
  const scores = useLoad(async (signal) => {
    const [evaluation, made, key] = [chosen.value, data.value, scoresKey.value];
    if (!evaluation || !made || key === null) return null;
    const { epoch, level } = made.making;
    const kind = scoreKindOf(evaluation, made.making);
    const owner = systemOf(evaluation);
    if (!owner) return null;
    const columns = await client['scores.read'](
      { ...owner, epoch, dataset: evaluation.target, set: 'test', kind, level, rows: true },
      signal,
    );
    const attackTypes = Array.from(columns.attackType, (type) => (type < 0 ? '' : (columns.attackTypes[type] ?? '')));
    return { key, columns, sorted: sortScores(scoreSetOf({ scores: columns.score, attackTypes })) };
  });
  const loaded = computed(() => {
    const found = scores.data.value ?? null;
    return found?.key === scoresKey.value ? found : null;
  });
  const byHand = ref<number | null>(null);
  watch(
    scoresKey,
    () => {
      byHand.value = null;
      void scores.reload();
    },
    { immediate: true },
  );
  watch(policy, () => {
    byHand.value = null;
  });
  const rates = computed(() => {
    if (!chosen.value) return null;
    return byHand.value !== null && loaded.value ? measureRates(loaded.value.sorted, byHand.value) : chosen.value.test;
  });
  const threshold = computed(() => byHand.value ?? chosen.value?.threshold.value ?? null);

  return {
    choice,
    system,
    chooseSystem,
    chooseCell,
    chosen,
    seeds,
    seedShown,
    oracle,
    sorted: computed(() => loaded.value?.sorted ?? null),
    columns: computed(() => loaded.value?.columns ?? null),
    scoresError: scores.error,
    reloadScores: scores.reload,
    byHand,
    rates,
    threshold,
  };
}

/** Whose scores an evaluation was made from, as the workbench is asked for them; null where it does not say. */
export function systemOf({ run, foreign, floor, source }: Evaluation) {
  if (run !== null) return { job: run };
  if (foreign !== undefined) return { foreign };
  return floor === undefined ? null : { floor: { kind: floor, sources: [...source] } };
}

/** Floors and imported systems have one score, whatever a report asks of networks. */
export function scoreKindOf({ run }: Evaluation, { score }: Making): ScoreKind {
  return run === null ? 'classifier' : score;
}

/** Names the scores behind an evaluation; null where none are kept. */
function keyOf(evaluation: Evaluation | null, data: ReportData | null): string | null {
  const owner = evaluation && systemOf(evaluation);
  if (!owner || !data) return null;
  const { epoch, score, level } = data.making;
  return JSON.stringify([owner, evaluation.target, epoch, score, level]);
}
