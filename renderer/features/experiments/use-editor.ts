import { computed, onScopeDispose, ref, type Ref, shallowRef, watch } from 'vue';
import type { Plan, PlanProblem } from '@shared/contract/channels';
import type { AppError } from '@shared/contract/errors';
import type { LaunchOptions } from '@shared/domain/experiment';
import { settingFields } from '@shared/domain/setting-fields';
import { useClient } from '../../api/client';
import { asAppError, isCancelled } from '../../api/reading-errors';
import { launchOptionsOf, useExperiments } from '../../stores/experiments';
import { useProject } from '../../stores/project';
import { useToasts } from '../../stores/toasts';
import { readShownExperiment } from './experiment-text';
import { suggestFixes } from './setting-words';

const saveDelay = 400;
const planDelay = 120;

/**
 * The open experiment: its YAML text is the one truth, the form edits it field by field. Every change is saved by itself
 * a moment later and can be undone; what it would run is planned anew.
 */
export function useEditor(name: Ref<string>) {
  const client = useClient();
  const experiments = useExperiments();
  const project = useProject();
  const toasts = useToasts();

  const text = ref('');
  const savedText = ref('');
  const loaded = ref(false);
  const loadError = shallowRef<AppError | null>(null);
  const saveError = shallowRef<AppError | null>(null);
  const plan = shallowRef<Plan | null>(null);
  /** The newest plan with something to draw; beside `plan` while settings are wrong. */
  const picture = shallowRef<Plan | null>(null);
  const planError = shallowRef<AppError | null>(null);
  const past = ref<string[]>([]);
  const future = ref<string[]>([]);

  const shown = computed(() => readShownExperiment(text.value));
  const unsaved = computed(() => text.value !== savedText.value);
  const launch = computed(() => experiments.launchOf(name.value));
  const seeds = computed(() => seedsFrom(launch.value.seeds));
  /** So many seeds in a row, from the experiment's own on. */
  function seedsFrom(count: number): number[] {
    const first = shown.value.values.get('train.seed');
    const start = typeof first === 'number' && Number.isInteger(first) && first >= 0 ? first : 1;
    return Array.from({ length: count }, (_, index) => start + index);
  }
  /** What is wrong, with the workbench's fixes or, for a number, the nearest values that are allowed. */
  const problemList = computed<PlanProblem[]>(() =>
    (plan.value?.problems ?? []).map((problem) => {
      const field = settingFields.get(problem.path);
      if (problem.fixes.length > 0 || !field) return problem;
      return { ...problem, fixes: suggestFixes(field, shown.value.values.get(field.path)) };
    }),
  );
  /** By field, the first problem of each; those of the file as a whole lie under an empty path. */
  const problems = computed(() => {
    const byPath = new Map<string, PlanProblem>();
    for (const problem of problemList.value) {
      if (!byPath.has(problem.path)) byPath.set(problem.path, problem);
    }
    return byPath;
  });

  // Reading.
  let reading = 0;
  async function load(): Promise<void> {
    const mine = ++reading;
    try {
      const answer = await client['experiments.read']({ name: name.value });
      if (mine !== reading) return;
      if (loaded.value && (unsaved.value || answer.text === savedText.value)) return;
      text.value = savedText.value = answer.text;
      past.value = [];
      future.value = [];
      loaded.value = true;
      loadError.value = null;
    } catch (reason) {
      if (mine === reading && !isCancelled(reason)) loadError.value = asAppError(reason);
    }
  }
  watch(
    name,
    async (_, before) => {
      if (before !== undefined) await flush(before);
      loaded.value = false;
      plan.value = picture.value = null;
      loadError.value = saveError.value = planError.value = null;
      await load();
    },
    { immediate: true },
  );
  watch(
    () => project.revision.experiments,
    () => void load(),
  );

  // Saving.
  let saveTimer: ReturnType<typeof setTimeout> | undefined;
  async function flush(target = name.value): Promise<void> {
    clearTimeout(saveTimer);
    if (!loaded.value || !unsaved.value) return;
    const saving = text.value;
    try {
      await client['experiments.save']({ name: target, text: saving });
      savedText.value = saving;
      saveError.value = null;
      void experiments.reload();
    } catch (reason) {
      saveError.value = asAppError(reason);
    }
  }
  watch(text, () => {
    clearTimeout(saveTimer);
    if (loaded.value && unsaved.value) saveTimer = setTimeout(() => void flush(), saveDelay);
  });
  onScopeDispose(() => {
    void flush();
    planning?.abort();
    clearTimeout(planTimer);
  });

  // Editing. Edits of fields come one after another, each on the text that the one before left.
  let editing: Promise<void> = Promise.resolve();
  function replace(next: string): void {
    if (next === text.value) return;
    past.value = [...past.value.slice(-99), text.value];
    future.value = [];
    text.value = next;
  }
  /** Sets a field in the text, comments kept; undefined takes it out, so that the preset's value holds again. */
  function setField(path: string, value: unknown): Promise<void> {
    editing = editing.then(async () => {
      const answer = await toasts.attempt('The setting was not changed', () =>
        client['experiments.edit']({ text: text.value, path, value }),
      );
      if (answer) replace(answer.text);
    });
    return editing;
  }
  function undo(): void {
    const before = past.value.at(-1);
    if (before === undefined) return;
    future.value = [...future.value, text.value];
    past.value = past.value.slice(0, -1);
    text.value = before;
  }
  function redo(): void {
    const after = future.value.at(-1);
    if (after === undefined) return;
    past.value = [...past.value, text.value];
    future.value = future.value.slice(0, -1);
    text.value = after;
  }

  // Planning.
  let planning: AbortController | undefined;
  let planTimer: ReturnType<typeof setTimeout> | undefined;
  async function planNow(): Promise<void> {
    planning?.abort();
    const mine = new AbortController();
    planning = mine;
    try {
      const options = launchOptionsOf(launch.value, seeds.value);
      const answer = await client['experiments.plan']({ text: text.value, launch: options }, mine.signal);
      const drawn = answer.config ? answer : await planWithout(answer, options, mine.signal);
      if (planning !== mine) return;
      plan.value = answer;
      picture.value = drawn ?? picture.value;
      planError.value = null;
    } catch (reason) {
      if (planning === mine && !isCancelled(reason)) planError.value = asAppError(reason);
    }
  }
  /** The plan as if the settings that are wrong stood as the preset has them, so that the picture does not vanish. */
  async function planWithout(broken: Plan, launch: LaunchOptions, signal: AbortSignal): Promise<Plan | null> {
    const paths = [...new Set(broken.problems.map(({ path }) => path))];
    if (paths.some((path) => !settingFields.has(path))) return null;
    let mended = text.value;
    for (const path of paths)
      mended = (await client['experiments.edit']({ text: mended, path, value: undefined }, signal)).text;
    const answer = await client['experiments.plan']({ text: mended, launch }, signal);
    return answer.config ? answer : null;
  }
  watch(
    () => [loaded.value, text.value, launch.value, project.revision.datasets] as const,
    ([ready]) => {
      clearTimeout(planTimer);
      if (ready) planTimer = setTimeout(() => void planNow(), plan.value ? planDelay : 0);
    },
    { immediate: true },
  );

  /** Queues the runs as chosen, or as given; their ids, or undefined when the workbench refused. */
  async function launchRuns(given?: LaunchOptions): Promise<readonly string[] | undefined> {
    await editing;
    await flush();
    const answer = await toasts.attempt('The runs were not queued', () =>
      client['experiments.launch']({
        name: name.value,
        text: text.value,
        launch: given ?? launchOptionsOf(launch.value, seeds.value),
      }),
    );
    return answer?.jobs;
  }

  return {
    text,
    loaded,
    loadError,
    saveError,
    unsaved,
    shown,
    problems,
    problemList,
    plan,
    picture,
    planError,
    seeds,
    launch,
    canUndo: computed(() => past.value.length > 0),
    canRedo: computed(() => future.value.length > 0),
    load,
    flush,
    replace,
    setField,
    undo,
    redo,
    planNow,
    seedsFrom,
    launchRuns,
  };
}

export type Editor = ReturnType<typeof useEditor>;
