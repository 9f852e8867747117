import { computed, onScopeDispose, ref, type Ref, shallowRef, watch } from 'vue';
import type { Making, ReportDefinition } from '@shared/domain/report';
import { useClient } from '../../api/client';
import { useLoad } from '../../api/use-load';
import { useProject } from '../../stores/project';
import { useReports } from '../../stores/reports';
import { useToasts } from '../../stores/toasts';

const saveDelay = 500;

/** The open report: its definition, changed at once and saved a moment later, and its numbers, made anew with each change. */
export function useReport(name: Ref<string>) {
  const client = useClient();
  const reports = useReports();
  const project = useProject();
  const toasts = useToasts();

  const definition = shallowRef<ReportDefinition | null>(null);
  const oracleShown = ref(false);
  let pending = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const stored = computed(() => reports.list.find((report) => report.name === name.value) ?? null);
  watch(
    [name, stored],
    ([id], [before]) => {
      if (id !== before) {
        void flush();
        oracleShown.value = false;
      } else if (pending) return;
      if (JSON.stringify(definition.value) !== JSON.stringify(stored.value)) definition.value = stored.value;
    },
    { immediate: true },
  );

  const load = useLoad((signal) =>
    definition.value ? client['reports.evaluate'](definition.value, signal) : Promise.resolve(null),
  );
  /** The same report with thresholds that looked at the test set: only while someone asks for it. */
  const oracle = useLoad((signal) =>
    definition.value && oracleShown.value
      ? client['reports.evaluate'](withMaking(definition.value, { policy: 'oracle-eer' }), signal)
      : Promise.resolve(null),
  );
  /** What the numbers depend on; how tables are laid out and called does not ask for new ones. */
  const numbersKey = computed(() => {
    const { title: _title, tables: _tables, label: _label, decimals: _decimals, ...rest } = definition.value ?? {};
    return JSON.stringify(rest);
  });
  watch(
    () => [numbersKey.value, project.revision.reports],
    () => void load.reload(),
    { immediate: true },
  );
  watch(
    () => [numbersKey.value, oracleShown.value],
    () => void oracle.reload(),
  );
  const data = computed(() => {
    const [made, asked] = [load.data.value, definition.value];
    if (!made || !asked || made.name !== name.value) return null;
    return { ...made, title: asked.title, decimals: asked.decimals };
  });

  async function flush(): Promise<void> {
    clearTimeout(timer);
    const wanted = definition.value;
    if (!pending || !wanted) return;
    pending = false;
    await toasts.attempt('The report was not saved', () => reports.save(wanted));
  }
  function change(part: Partial<Omit<ReportDefinition, 'name' | 'formatVersion'>>): void {
    if (!definition.value) return;
    definition.value = { ...definition.value, ...part };
    keep();
  }
  function keep(): void {
    if (project.heldReasons.length > 0) return; // Looked at differently, but not kept.
    pending = true;
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), saveDelay);
  }
  /** Takes back a choice that need not be made. */
  function leaveOut(part: 'baseline'): void {
    if (!definition.value) return;
    const { [part]: _, ...rest } = definition.value;
    definition.value = rest;
    keep();
  }
  function changeMaking(part: Partial<Making>): void {
    if (definition.value) change({ making: { ...definition.value.making, ...part } });
  }
  onScopeDispose(() => void flush());

  return {
    definition,
    data,
    error: load.error,
    loading: load.loading,
    slow: load.slow,
    oracleShown,
    oracleData: computed(() => (oracleShown.value ? (oracle.data.value ?? null) : null)),
    reload: load.reload,
    change,
    leaveOut,
    changeMaking,
  };
}

export type Report = ReturnType<typeof useReport>;

function withMaking(definition: ReportDefinition, part: Partial<Making>): ReportDefinition {
  return { ...definition, making: { ...definition.making, ...part } };
}
