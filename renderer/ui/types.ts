import type { IconName } from './icon-shapes';

export interface SelectOption<V extends string = string> {
  readonly value: V;
  readonly label: string;
  /** Aside, in grey. */
  readonly note?: string;
}

export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  readonly icon?: IconName;
  readonly hotkey?: string;
  readonly danger?: boolean;
  /** Draws a line above. */
  readonly separated?: boolean;
  /** Why it cannot be chosen now. */
  readonly reason?: string;
}

/** A column: `value` sorts, the slot named by `id` draws (`#cell-<id>="{ row }"`), else the value is printed. */
export interface GridColumn<R> {
  readonly id: string;
  readonly title: string;
  readonly value: (row: R) => string | number | null;
  readonly number?: boolean;
  /** px */
  readonly width?: number;
  readonly unsortable?: boolean;
}
