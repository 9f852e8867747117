import { onScopeDispose, type Ref, type ShallowRef, shallowRef, watch } from 'vue';
import type { ScalarName } from '@shared/domain/job';
import { useClient, type WorkbenchClient } from '../../api/client';
import { ScalarBuffer, type ThinnedScalar } from './scalar-buffer';

/** Mean ± sample sd of finished runs over a grid of steps. */
export interface GroupBand {
  readonly step: Float64Array;
  readonly seconds: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

const gridPoints = 96;
const mostRuns = 12;
/** Smoothed before averaging, so that the band shows how runs differ and not how steps do. */
const weight = 0.9;

/** Bands of a group's finished runs, by scalar; read once for each set of runs. */
export function useGroupBand(jobs: Ref<readonly string[]>): Readonly<ShallowRef<ReadonlyMap<ScalarName, GroupBand>>> {
  const client = useClient();
  const bands = shallowRef<ReadonlyMap<ScalarName, GroupBand>>(new Map());
  let running: AbortController | undefined;
  watch(
    () => jobs.value.join(),
    async () => {
      running?.abort();
      const mine = new AbortController();
      running = mine;
      bands.value = new Map();
      const ids = jobs.value.slice(0, mostRuns);
      if (ids.length < 2) return;
      try {
        const runs = await Promise.all(ids.map((id) => firstScalars(client, id, mine.signal)));
        if (!mine.signal.aborted) bands.value = bandsOf(runs);
      } catch {
        // A band is a backdrop: without it the run's own curves still stand, and their stream says what is wrong.
      }
    },
    { immediate: true },
  );
  onScopeDispose(() => running?.abort());
  return bands;
}

async function firstScalars(
  client: WorkbenchClient,
  job: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<ScalarName, ThinnedScalar>> {
  const read = new Map<ScalarName, ThinnedScalar>();
  for await (const chunks of client['jobs.scalars']({ job }, signal)) {
    for (const chunk of chunks) {
      const buffer = new ScalarBuffer(weight);
      buffer.append(chunk);
      read.set(chunk.name, buffer.thinned());
    }
    break;
  }
  return read;
}

/** Each run's line at the same steps, then mean ± sd where at least two runs have come so far. */
export function bandsOf(runs: readonly ReadonlyMap<ScalarName, ThinnedScalar>[]): Map<ScalarName, GroupBand> {
  const names = new Set(runs.flatMap((run) => [...run.keys()]));
  const bands = new Map<ScalarName, GroupBand>();
  for (const name of names) {
    const lines = runs.flatMap((run) => {
      const line = run.get(name)?.smoothed;
      return line && line.step.length > 0 ? [line] : [];
    });
    if (lines.length < 2) continue;
    const first = Math.min(...lines.map(({ step }) => step[0] ?? 0));
    const last = Math.max(...lines.map(({ step }) => step.at(-1) ?? 0));
    const rows: { step: number; seconds: number; low: number; high: number }[] = [];
    for (let i = 0; i < gridPoints; i++) {
      const step = first + ((last - first) * i) / (gridPoints - 1);
      const values = lines.flatMap((line) => valueAt(line.step, line.value, step));
      if (values.length < 2) continue;
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
      const seconds = valueAt(lines[0]?.step ?? [], lines[0]?.seconds ?? [], step)[0] ?? 0;
      rows.push({ step, seconds, low: mean - sd, high: mean + sd });
    }
    bands.set(name, {
      step: Float64Array.from(rows, (row) => row.step),
      seconds: Float64Array.from(rows, (row) => row.seconds),
      low: Float64Array.from(rows, (row) => row.low),
      high: Float64Array.from(rows, (row) => row.high),
    });
  }
  return bands;
}

/** Straight between neighbours; nothing outside the line's own steps. */
function valueAt(steps: ArrayLike<number>, values: ArrayLike<number>, step: number): number[] {
  const last = steps.length - 1;
  if (last < 0 || step < (steps[0] ?? 0) || step > (steps[last] ?? 0)) return [];
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((steps[middle] ?? 0) <= step) low = middle;
    else high = middle;
  }
  const from = steps[low] ?? 0;
  const to = steps[high] ?? from;
  const share = to === from ? 0 : (step - from) / (to - from);
  return [(values[low] ?? 0) + share * ((values[high] ?? 0) - (values[low] ?? 0))];
}
