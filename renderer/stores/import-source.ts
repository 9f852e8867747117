import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import { useDesktop } from '../api/client';
import { useStream } from '../api/use-load';

/** Bytes of a dropped file that tell what it is. */
const headBytes = 16 * 1024;

/** What is dropped on the window to be imported: a folder, or a list that names samples. */
export const useImportSource = defineStore('import-source', () => {
  const desktop = useDesktop();
  /** Waits for the import dialog to take it. */
  const given = shallowRef<string | null>(null);
  const listeners = new Set<() => void>();
  /** The last file that was dropped, and the name of one that turned out to be a list before its path was told. */
  let file: string | null = null;
  let awaited: string | null = null;

  function take(path: string): void {
    given.value = path;
    file = awaited = null;
    for (const listener of listeners) listener();
  }
  useStream(
    (signal) => desktop['desktop.dropped']({}, signal),
    ({ path, kind }) => {
      if (kind === 'folder' || nameOf(path) === awaited) take(path);
      else file = path;
    },
  );

  /** Takes a dropped file when it lists samples. @returns whether it was taken */
  async function dropList(dropped: File): Promise<boolean> {
    if (!listsSamples(dropped.name, await dropped.slice(0, headBytes).text())) return false;
    if (file !== null && nameOf(file) === dropped.name) take(file);
    else awaited = dropped.name;
    return true;
  }
  /** @returns a function that ends it */
  function onGiven(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }
  return { given, dropList, onGiven };
});

const nameOf = (path: string) => path.split(/[\\/]/).at(-1) ?? path;

/** Whether a file names samples with their classes rather than scores. */
export function listsSamples(name: string, head: string): boolean {
  if (/\.json$/i.test(name)) return head.includes('"photo_path"');
  const [first = ''] = head.split(/\r?\n/);
  const columns = first.split(',').map((column) => column.trim().toLowerCase().replaceAll('"', ''));
  if (/\.csv$/i.test(name))
    return (
      !columns.includes('score') &&
      ['path', 'filename', 'file', 'image', 'img', 'image_path', 'photo_path', 'filepath'].some((column) =>
        columns.includes(column),
      )
    );
  return /\.txt$/i.test(name) && /^.+,\s*[0-3]\s*$/.test(first);
}
