import { computed, type ComputedRef, onMounted, onScopeDispose, ref, type Ref } from 'vue';

const spare = 8;

/**
 * Only the rows in sight are in the page, so that a thousand of them filter as one types. Every row is as high as the other.
 * @param body what scrolls; its `scrollTop` goes into `top`
 */
export function useRowWindow<Row>(
  body: Readonly<Ref<HTMLElement | null>>,
  rows: ComputedRef<readonly Row[]>,
  rowHeight: number,
) {
  const top = ref(0);
  const height = ref(900);
  const first = computed(() => Math.max(0, Math.floor(top.value / rowHeight) - spare));
  const shown = computed(() =>
    rows.value.slice(first.value, first.value + Math.ceil(height.value / rowHeight) + 2 * spare),
  );
  /** Rows that a page up or down goes. */
  const pageRows = computed(() => Math.max(1, Math.floor(height.value / rowHeight) - 1));

  let observer: ResizeObserver | undefined;
  onMounted(() => {
    const element = body.value;
    if (!element) return;
    observer = new ResizeObserver(() => {
      if (element.clientHeight > 0) height.value = element.clientHeight;
    });
    observer.observe(element);
  });
  onScopeDispose(() => observer?.disconnect());

  /** Scrolls a row into sight. */
  function reveal(index: number): void {
    const element = body.value;
    if (!element) return;
    const y = index * rowHeight;
    if (y < element.scrollTop) element.scrollTop = y;
    else if (y + rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = y + rowHeight - element.clientHeight;
  }
  return { top, first, shown, pageRows, reveal };
}
