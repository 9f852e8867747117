import { onScopeDispose, type Ref, type ShallowRef, shallowRef, watch } from 'vue';
import type { ScalarChunk } from '@shared/contract/channels';
import type { AppError } from '@shared/contract/errors';
import type { ScalarName } from '@shared/domain/job';
import { useClient } from '../../api/client';
import { useStream } from '../../api/use-load';
import { type Columns, ScalarBuffer, type StepRange, type ThinnedScalar } from './scalar-buffer';

export type Scalars = ReadonlyMap<ScalarName, ThinnedScalar>;

const redrawAfterMs = 250;
const noTime = { step: new Float64Array(0), seconds: new Float64Array(0) };

/**
 * The scalars of a run as they come; drawn anew at most four times a second.
 * @param range the stretch that is looked at, drawn as fine as it is; null for the whole
 */
export function useScalars(
  job: Ref<string | null>,
  smoothing: Ref<number>,
  range: Ref<StepRange | null> = shallowRef(null),
): {
  scalars: Readonly<ShallowRef<Scalars>>;
  /** Steps with their seconds over the whole run, whatever is looked at. */
  timeline: Readonly<ShallowRef<Pick<Columns, 'step' | 'seconds'>>>;
  error: Readonly<ShallowRef<AppError | null>>;
} {
  const client = useClient();
  const scalars = shallowRef<Scalars>(new Map());
  const timeline = shallowRef<Pick<Columns, 'step' | 'seconds'>>(noTime);
  const error = shallowRef<AppError | null>(null);
  const buffers = new Map<ScalarName, ScalarBuffer>();
  const changed = new Set<ScalarName>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let reading: { stop: () => void } | undefined;

  function publish(): void {
    timer = undefined;
    const next = new Map(scalars.value);
    for (const name of changed) {
      const buffer = buffers.get(name);
      if (buffer) next.set(name, buffer.drawn(range.value));
    }
    changed.clear();
    // Speed is logged at every step of both stages.
    const all = buffers.get('images-per-second') ?? [...buffers.values()][0];
    timeline.value = all?.thinned().raw ?? noTime;
    scalars.value = next;
  }
  function receive(chunks: readonly ScalarChunk[]): void {
    for (const chunk of chunks) {
      const buffer = buffers.get(chunk.name) ?? new ScalarBuffer(smoothing.value);
      buffers.set(chunk.name, buffer);
      buffer.append(chunk);
      changed.add(chunk.name);
    }
    if (scalars.value.size === 0) publish();
    else timer ??= setTimeout(publish, redrawAfterMs);
  }
  watch(
    job,
    (id) => {
      reading?.stop();
      buffers.clear();
      changed.clear();
      scalars.value = new Map();
      error.value = null;
      if (id === null) return;
      reading = useStream(
        (signal) => client['jobs.scalars']({ job: id }, signal),
        receive,
        (reason) => {
          error.value = reason;
        },
      );
    },
    { immediate: true },
  );
  watch(range, () => {
    for (const name of buffers.keys()) changed.add(name);
    publish();
  });
  watch(smoothing, (weight) => {
    for (const [name, buffer] of buffers) {
      buffer.smoothWith(weight);
      changed.add(name);
    }
    publish();
  });
  onScopeDispose(() => {
    clearTimeout(timer);
    reading?.stop();
  });
  return { scalars, timeline, error };
}
