import { onScopeDispose, ref, type Ref } from 'vue';

/** Pixels a frame from which nobody can see a picture. */
const fastPixels = 320;
/** After this long without such a step the pictures come, in ms. */
const settleMs = 90;

/** Whether an element is scrolled too fast to look at it: rows are then only hinted at, and no picture is asked for. */
export function useFastScroll(): { fast: Readonly<Ref<boolean>>; onScroll: (event: Event) => void } {
  const fast = ref(false);
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
  });
  return { fast, onScroll };
}
