import { onScopeDispose, readonly, ref, type Ref } from 'vue';

/** The present time in ms, renewed every `every` ms for as long as the calling scope lives. */
export function useNow(every = 1000): Readonly<Ref<number>> {
  const now = ref(Date.now());
  const timer = setInterval(() => {
    now.value = Date.now();
  }, every);
  onScopeDispose(() => {
    clearInterval(timer);
  });
  return readonly(now);
}
