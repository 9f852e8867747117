import { onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { ColumnMapping } from '@shared/contract/channels';
import type { AppError } from '@shared/contract/errors';
import type { ImportPreview, SourceCandidate } from '@shared/domain/import-preview';
import { useClient } from '../../../api/client';
import { asAppError, isCancelled } from '../../../api/reading-errors';
import { guessColumns } from './column-choice';

export type SourceImporter = SourceCandidate['importer'];

/** A folder or list that is to be imported: what it was recognised as, how it is read, and what that takes in. */
export function useSource() {
  const client = useClient();
  /** What the person named, and what the importer is given: the same, or a list in it. */
  const named = ref<string | null>(null);
  const path = ref<string | null>(null);
  const importer = ref<SourceImporter>('folder');
  const candidates = shallowRef<readonly SourceCandidate[] | null>(null);
  const columns = shallowRef<ColumnMapping>({});
  const preview = shallowRef<ImportPreview | null>(null);
  const error = shallowRef<AppError | null>(null);
  const looking = ref(false);
  let running: AbortController | undefined;

  async function withTurn(work: (signal: AbortSignal, isOld: () => boolean) => Promise<void>): Promise<void> {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    looking.value = true;
    error.value = null;
    try {
      await work(mine.signal, () => running !== mine);
    } catch (reason) {
      if (running === mine && !isCancelled(reason)) error.value = asAppError(reason);
    } finally {
      if (running === mine) looking.value = false;
    }
  }
  function give(source: string): Promise<void> {
    named.value = path.value = source;
    candidates.value = null;
    preview.value = null;
    return withTurn(async (signal, isOld) => {
      const answer = await client['datasets.recognise']({ path: source }, signal);
      if (isOld()) return;
      candidates.value = answer.candidates;
      const [first] = answer.candidates;
      if (first) {
        importer.value = first.importer;
        path.value = first.path;
      }
      await look(signal, isOld, true);
    });
  }
  async function look(signal: AbortSignal, isOld: () => boolean, guess: boolean): Promise<void> {
    if (path.value === null) return;
    if (guess) columns.value = {};
    const request = () => ({
      path: path.value ?? '',
      importer: importer.value,
      ...(importer.value === 'csv' && Object.keys(columns.value).length > 0 ? { columns: columns.value } : {}),
    });
    let found = await client['datasets.preview'](request(), signal);
    if (isOld()) return;
    if (guess && found.columns && found.problem !== null) {
      const guessed = guessColumns(found.columns);
      columns.value = guessed;
      if (guessed.path !== undefined) found = await client['datasets.preview'](request(), signal);
      if (isOld()) return;
    }
    preview.value = found;
  }
  function chooseImporter(chosen: SourceImporter): void {
    importer.value = chosen;
    path.value = candidates.value?.find((candidate) => candidate.importer === chosen)?.path ?? named.value;
    preview.value = null;
    void withTurn((signal, isOld) => look(signal, isOld, true));
  }
  function mapColumns(chosen: ColumnMapping): void {
    columns.value = chosen;
    void withTurn((signal, isOld) => look(signal, isOld, false));
  }
  function reset(): void {
    running?.abort();
    running = undefined;
    named.value = path.value = null;
    candidates.value = preview.value = null;
    columns.value = {};
    error.value = null;
    looking.value = false;
    importer.value = 'folder';
  }
  watch(named, (now) => {
    if (now === null) reset();
  });
  onScopeDispose(() => {
    running?.abort();
    running = undefined;
  });
  return {
    named,
    path,
    importer,
    candidates,
    columns,
    preview,
    error,
    looking,
    give,
    chooseImporter,
    mapColumns,
    reset,
  };
}
