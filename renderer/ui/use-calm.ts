import { onScopeDispose, type ShallowRef, shallowRef, watch } from 'vue';

/** Numbers that change more often than ten times a second cannot be read, and cost the page its frames. */
const calmMs = 100;

/** Follows a source at once when it has been still, and at most every 100 ms while it changes quickly; its last value always comes. */
export function useCalm<T>(source: () => T): Readonly<ShallowRef<T>> {
  const calm = shallowRef(source());
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isBehind = false;
  function follow(): void {
    calm.value = source();
    isBehind = false;
    timer = setTimeout(() => {
      timer = undefined;
      if (isBehind) follow();
    }, calmMs);
  }
  watch(source, () => {
    if (timer === undefined) follow();
    else isBehind = true;
  });
  onScopeDispose(() => {
    clearTimeout(timer);
  });
  return calm;
}
