import { computed, type ComputedRef, type WritableComputedRef } from 'vue';
import type { JobSummary } from '@shared/domain/job';
import { useDepth } from '../../stores/depth';
import { useJobs } from '../../stores/jobs';
import type { SelectOption } from '../../ui';

/** The runs that may hold depth maps (everything that has started), and the one that the room looks through. */
export function useDepthRuns(): {
  runs: ComputedRef<readonly JobSummary[]>;
  runOptions: ComputedRef<SelectOption[]>;
  chosenRun: WritableComputedRef<string | undefined>;
  startSomewhere: () => void;
} {
  const depth = useDepth();
  const jobs = useJobs();
  const runs = computed(() => jobs.trainings.filter(({ state }) => state !== 'queued'));
  const runOptions = computed<SelectOption[]>(() =>
    runs.value.map(({ job, state }) => ({
      value: job.id,
      label: job.name,
      ...(state === 'done' ? {} : { note: state }),
    })),
  );
  const chosenRun = computed({
    get: () => depth.job ?? undefined,
    set: (value: string | undefined) => {
      if (value !== undefined) depth.job = value;
    },
  });
  /** A place to start: a finished run whose preset paints depth, else the newest that has started. */
  function startSomewhere(): void {
    if (depth.job !== null) return;
    const painting = runs.value.filter(({ job }) => job.kind === 'train' && job.preset !== 'scratch');
    const start = painting.find(({ state }) => state === 'done') ?? painting[0] ?? runs.value[0];
    if (start) depth.job = start.job.id;
  }
  return { runs, runOptions, chosenRun, startSomewhere };
}
