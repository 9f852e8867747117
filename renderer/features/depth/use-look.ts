import { computed, type ComputedRef, shallowRef, type ShallowRef } from 'vue';
import type { LookedFace, PictureLook } from '@shared/contract/channels';
import type { AppError } from '@shared/contract/errors';
import { useClient } from '../../api/client';
import { asAppError, isCancelled } from '../../api/reading-errors';
import { useDepth } from '../../stores/depth';

/** A look at a picture, and how long it took from asking to answer. */
export interface Look extends PictureLook {
  readonly name: string;
  readonly roundTrip: number;
}

export interface Looking {
  readonly look: Readonly<ShallowRef<Look | null>>;
  readonly error: Readonly<ShallowRef<AppError | null>>;
  readonly busy: Readonly<ShallowRef<boolean>>;
  /** Which of the look's faces the panes show. */
  readonly chosen: ShallowRef<number>;
  readonly face: ComputedRef<LookedFace | null>;
  /** Asks what the chosen run sees; the newest question wins. Resolves when it was answered. */
  at: (name: string, bytes: Uint8Array<ArrayBuffer>, kind: 'photograph' | 'close-up') => Promise<void>;
  forget: () => void;
}

/** Looks at pictures from outside through the chosen run and epoch. The page keeps the newest answer and nothing else. */
export function useLook(): Looking {
  const client = useClient();
  const depth = useDepth();
  const look = shallowRef<Look | null>(null);
  const error = shallowRef<AppError | null>(null);
  const busy = shallowRef(false);
  const chosen = shallowRef(0);
  let asking = new AbortController();

  async function at(name: string, bytes: Uint8Array<ArrayBuffer>, kind: 'photograph' | 'close-up'): Promise<void> {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    const { job, epoch } = depth;
    if (job === null) return;
    busy.value = true;
    const started = performance.now();
    try {
      const seen = await client['depth.look']({ job, epoch: epoch ?? 'last', name, bytes, kind }, signal);
      if (signal.aborted) return;
      look.value = { ...seen, name, roundTrip: performance.now() - started };
      error.value = null;
      if (chosen.value >= seen.faces.length) chosen.value = 0;
    } catch (reason) {
      if (signal.aborted || isCancelled(reason)) return;
      look.value = null;
      error.value = asAppError(reason);
    } finally {
      if (!signal.aborted) busy.value = false;
    }
  }
  function forget(): void {
    asking.abort();
    look.value = null;
    error.value = null;
    busy.value = false;
    chosen.value = 0;
  }
  const face = computed(() => look.value?.faces[chosen.value] ?? null);
  return { look, error, busy, chosen, face, at, forget };
}
