import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import { asAppError, isCancelled } from '../api/reading-errors';

export interface Toast {
  readonly id: number;
  readonly tone: 'ok' | 'info' | 'err';
  readonly title: string;
  readonly text?: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** Short messages at the bottom right; one that reports a failure stays until dismissed. */
export const useToasts = defineStore('toasts', () => {
  const shown = shallowRef<readonly Toast[]>([]);
  let nextId = 1;

  function show(toast: Omit<Toast, 'id'>): void {
    shown.value = [...shown.value.slice(-4), { ...toast, id: nextId++ }];
  }
  function dismiss(id: number): void {
    shown.value = shown.value.filter((toast) => toast.id !== id);
  }
  /** Says what failed, with the workbench's own words. */
  function fail(title: string, error: unknown): void {
    if (!isCancelled(error)) show({ tone: 'err', title, text: asAppError(error).message });
  }
  /** Runs an action a person started; its failure is shown, and `undefined` comes back. */
  async function attempt<T>(title: string, action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      fail(title, error);
      return undefined;
    }
  }
  return { shown, show, dismiss, fail, attempt };
});
