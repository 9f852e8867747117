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
  /**
   * Asks what the chosen run sees; the newest question wins. A photograph is answered twice: at once with what the first look
   * finds, then with every face. Resolves when all is answered.
   */
  at: (name: string, bytes: Uint8Array<ArrayBuffer>, what: 'photograph' | 'frame') => Promise<void>;
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

  async function at(name: string, bytes: Uint8Array<ArrayBuffer>, what: 'photograph' | 'frame'): Promise<void> {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    const { job, epoch } = depth;
    if (job === null) return;
    busy.value = true;
    try {
      for (const kind of what === 'frame' ? (['close-up'] as const) : (['first-look', 'photograph'] as const)) {
        const started = performance.now();
        const seen = await client['depth.look']({ job, epoch: epoch ?? 'last', name, bytes, kind }, signal);
        if (signal.aborted) return;
        chosen.value = sameFace(face.value, seen.faces);
        look.value = { ...seen, name, roundTrip: performance.now() - started };
        error.value = null;
      }
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

/** Which of the faces is the one that was chosen before: the one whose middle is nearest to its own; else the first. */
function sameFace(before: LookedFace | null, faces: readonly LookedFace[]): number {
  if (!before) return 0;
  const away = ({ box }: LookedFace) =>
    Math.hypot(
      box.x + box.width / 2 - before.box.x - before.box.width / 2,
      box.y + box.height / 2 - before.box.y - before.box.height / 2,
    );
  const nearest = faces.reduce(
    (best, candidate, index) => (away(candidate) < best.away ? { index, away: away(candidate) } : best),
    { index: 0, away: before.box.width },
  );
  return nearest.index;
}
