import { computed, reactive, type ComputedRef } from 'vue';

/** A rectangle of map cells, ends included. */
export interface CellRegion {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Viewport {
  /** 1 shows the whole map. */
  readonly scale: number;
  /** Place of the content's corner, in widths of the pane, ≤ 0. */
  readonly x: number;
  readonly y: number;
}

const largest = 16;

/** One zoom, one pan and one probe for all panes. Positions in a pane are fractions of its side, 0–1. */
export function useViewport(size: number): {
  view: Viewport;
  probe: { region: CellRegion | null; held: boolean };
  zoomAt: (factor: number, at?: { x: number; y: number }) => void;
  pan: (by: { x: number; y: number }) => void;
  reset: () => void;
  cellAt: (at: { x: number; y: number }) => { x: number; y: number };
  boxOf: ComputedRef<{ left: number; top: number; width: number; height: number } | null>;
} {
  const view = reactive({ scale: 1, x: 0, y: 0 });
  const probe = reactive<{ region: CellRegion | null; held: boolean }>({ region: null, held: false });

  const inside = (offset: number) => Math.min(0, Math.max(1 - view.scale, offset));
  function zoomAt(factor: number, at = { x: 0.5, y: 0.5 }): void {
    const scale = Math.min(largest, Math.max(1, view.scale * factor));
    const grown = scale / view.scale;
    view.scale = scale;
    view.x = inside(at.x - (at.x - view.x) * grown);
    view.y = inside(at.y - (at.y - view.y) * grown);
  }
  function pan(by: { x: number; y: number }): void {
    view.x = inside(view.x + by.x);
    view.y = inside(view.y + by.y);
  }
  function reset(): void {
    Object.assign(view, { scale: 1, x: 0, y: 0 });
  }
  function cellAt(at: { x: number; y: number }): { x: number; y: number } {
    const clamp = (value: number) => Math.min(size - 1, Math.max(0, Math.floor(value * size)));
    return { x: clamp((at.x - view.x) / view.scale), y: clamp((at.y - view.y) / view.scale) };
  }
  /** The probed cells in the pane, as fractions of its side. */
  const boxOf = computed(() => {
    const { region } = probe;
    if (!region) return null;
    const unit = view.scale / size;
    return {
      left: view.x + region.left * unit,
      top: view.y + region.top * unit,
      width: (region.right - region.left + 1) * unit,
      height: (region.bottom - region.top + 1) * unit,
    };
  });
  return { view, probe, zoomAt, pan, reset, cellAt, boxOf };
}
