import { onScopeDispose, readonly, ref, type Ref } from 'vue';

/** Whether the desktop asks for a light window; follows it. */
export function usePrefersLight(): Readonly<Ref<boolean>> {
  const query = window.matchMedia('(prefers-color-scheme: light)');
  const light = ref(query.matches);
  const follow = (event: MediaQueryListEvent) => {
    light.value = event.matches;
  };
  query.addEventListener('change', follow);
  onScopeDispose(() => {
    query.removeEventListener('change', follow);
  });
  return readonly(light);
}
