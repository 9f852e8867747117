import { computed, type ComputedRef, type Ref } from 'vue';
import type { AxisMapping } from './epoch-axis';
import type { StepRange } from './scalar-buffer';

/**
 * The stretch of a run that its curves show, chosen on whichever axis is shown and kept in steps.
 * @param range null for the whole run
 * @param whole end of the axis
 */
export function useStretch(
  range: Ref<StepRange | null>,
  mapping: ComputedRef<AxisMapping>,
  whole: ComputedRef<number>,
) {
  /** Ends of what is shown, on the axis. */
  const low = computed(() => (range.value ? mapping.value.toX(range.value.from) : 0));
  const high = computed(() => (range.value ? mapping.value.toX(range.value.to) : whole.value));

  /** Shows a stretch of the axis, inside the run; almost all of it is the whole. */
  function showStretch(from: number, to: number): void {
    const start = Math.max(0, Math.min(from, to));
    const end = Math.min(whole.value, Math.max(from, to));
    const { toStep } = mapping.value;
    const next = { from: toStep(start), to: toStep(end) };
    if (!(next.to - next.from >= 1)) return;
    const isWhole = start <= 0.001 * whole.value && end >= 0.999 * whole.value;
    range.value = isWhole ? null : next;
  }
  /** @param factor below 1 shows less */
  function zoomBy(factor: number): void {
    const middle = (low.value + high.value) / 2;
    const half = (factor * (high.value - low.value)) / 2;
    showStretch(middle - half, middle + half);
  }
  /** @param share of the stretch, to the right where positive */
  function moveBy(share: number): void {
    if (!range.value) return;
    const wished = share * (high.value - low.value);
    const by = Math.max(-low.value, Math.min(whole.value - high.value, wished));
    showStretch(low.value + by, high.value + by);
  }
  /** Keys on the curves themselves: + and − zoom, arrows move, 0 shows all. */
  function onKey(event: KeyboardEvent): void {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    switch (event.key) {
      case '+':
      case '=':
        zoomBy(0.5);
        break;
      case '-':
        zoomBy(2);
        break;
      case 'ArrowLeft':
        moveBy(-0.25);
        break;
      case 'ArrowRight':
        moveBy(0.25);
        break;
      case '0':
        range.value = null;
        break;
      default:
        return;
    }
    event.preventDefault();
  }
  return { low, high, showStretch, zoomBy, moveBy, onKey };
}
