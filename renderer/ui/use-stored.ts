import { ref, type Ref, watch } from 'vue';
import type { z } from '@shared/zod';

/** A ref remembered over restarts in the window's own storage; what does not fit the schema any more gives the default. */
export function useStored<T>(key: string, schema: z.ZodType<T>, initial: T): Ref<T> {
  const stored = ref(read(key, schema) ?? initial) as Ref<T>;
  watch(
    stored,
    (value) => {
      localStorage.setItem(`relief.${key}`, JSON.stringify(value));
    },
    { deep: true },
  );
  return stored;
}

function read<T>(key: string, schema: z.ZodType<T>): T | undefined {
  const text = localStorage.getItem(`relief.${key}`);
  if (text === null) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // Not JSON: written by something else.
  }
}
