import { onScopeDispose, ref, type Ref, watch } from 'vue';

/** Pixels a frame from which nobody can see a picture. */
const fastPixels = 320;
/** After this long without such a step the pictures come, in ms. */
const settleMs = 110;
/** Rows that come back in one frame. */
const rowsAFrame = 2;

export interface FastScroll {
  /** Too fast to look at: rows are then only hinted at, and no picture is asked for. */
  readonly fast: Readonly<Ref<boolean>>;
  /** Rows to draw, counted from the first in sight: afterwards they come back a few a frame. */
  readonly revealed: Readonly<Ref<number>>;
  readonly onScroll: (event: Event) => void;
}

/** Watches how fast an element is scrolled. @param rows how many rows are in sight */
export function useFastScroll(rows: () => number): FastScroll {
  const fast = ref(false);
  const revealed = ref(Infinity);
  let frame = 0;
  watch(fast, (isFast) => {
    cancelAnimationFrame(frame);
    revealed.value = 0;
    if (!isFast) reveal();
  });
  function reveal(): void {
    revealed.value += rowsAFrame;
    if (revealed.value >= rows()) revealed.value = Infinity;
    else frame = requestAnimationFrame(reveal);
  }
  let last = { top: 0, at: 0 };
  let timer: ReturnType<typeof setTimeout> | undefined;

  function onScroll(event: Event): void {
    if (!(event.target instanceof HTMLElement)) return;
    const now = { top: event.target.scrollTop, at: performance.now() };
    const frames = Math.max(1, (now.at - last.at) / (1000 / 60));
    // The first step after a pause may be a jump to a place that is to be seen at once.
    const isJump = now.at - last.at > 250;
    if (!isJump && Math.abs(now.top - last.top) / frames > fastPixels) {
      fast.value = true;
      clearTimeout(timer);
      timer = setTimeout(() => {
        fast.value = false;
      }, settleMs);
    }
    last = now;
  }
  onScopeDispose(() => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
  });
  return { fast, revealed, onScroll };
}
