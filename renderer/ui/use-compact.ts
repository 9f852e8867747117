import { onScopeDispose, readonly, ref, type Ref } from 'vue';

/** Whether the window is narrower than `width` px; follows resizing. */
export function useNarrowerThan(width: number): Readonly<Ref<boolean>> {
  const query = window.matchMedia(`(min-width: ${width}px)`);
  const narrow = ref(!query.matches);
  const follow = (event: MediaQueryListEvent) => {
    narrow.value = !event.matches;
  };
  query.addEventListener('change', follow);
  onScopeDispose(() => {
    query.removeEventListener('change', follow);
  });
  return readonly(narrow);
}

/** Width of the window under which right panels become overlays. */
export const overlayBelow = 1400;
