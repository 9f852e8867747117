import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import { type Beat, isActive, type JobState, type JobSummary } from '@shared/domain/job';
import type { AppError } from '@shared/contract/errors';
import type { RunMarksChange } from '@shared/domain/run-marks';
import { useClient } from '../api/client';
import { useStream } from '../api/use-load';
import { useProject } from './project';

export type JobAction = 'stop' | 'kill' | 'resume' | 'retry' | 'cancel' | 'to-front';

const beatsKept = 300;
const broken: readonly JobState[] = ['failed', 'crashed'];

export { isActive };

/** Every job of the project, kept fresh by the workbench's stream. */
export const useJobs = defineStore('jobs', () => {
  const client = useClient();
  const project = useProject();
  const byId = shallowRef<ReadonlyMap<string, JobSummary>>(new Map());
  const known = shallowRef(false);
  const error = shallowRef<AppError | null>(null);
  const paused = shallowRef(false);
  const order = shallowRef<readonly string[]>([]);

  /** Newest first. */
  const list = computed(() => [...byId.value.values()].sort((a, b) => b.job.number - a.job.number));
  const running = computed(() => list.value.filter(({ state }) => isActive(state)));
  const queued = computed(() => list.value.filter(({ state }) => state === 'queued'));
  const failed = computed(() => list.value.filter(({ state }) => broken.includes(state)));
  const trainings = computed(() => list.value.filter(({ job }) => job.kind === 'train'));

  /** The last ten minutes of each job's beats, one every two seconds, as far as this window has seen them. */
  const beats = new Map<string, Beat[]>();
  function keepBeat({ job, beat }: JobSummary): void {
    if (!beat) return;
    const kept = beats.get(job.id) ?? [];
    if (kept.at(-1)?.time === beat.time) return;
    beats.set(job.id, [...kept.slice(1 - beatsKept), beat]);
  }
  function beatsOf(job: string): readonly Beat[] {
    return beats.get(job) ?? [];
  }

  let watching: { stop: () => void } | undefined;
  function watchAgain(): void {
    watching?.stop();
    beats.clear();
    byId.value = new Map();
    error.value = null;
    known.value = project.current === null;
    if (!project.current) return;
    watching = useStream(
      (signal) => client['jobs.watch']({}, signal),
      (changed) => {
        const next = new Map(byId.value);
        for (const summary of changed) {
          next.set(summary.job.id, summary);
          keepBeat(summary);
        }
        byId.value = next;
        known.value = true;
      },
      (reason) => {
        error.value = reason;
        known.value = true;
      },
    );
  }
  watch(() => [project.current?.path, project.session], watchAgain, { immediate: true });
  watch(
    () => [project.revision.queue, project.current?.path],
    () => {
      if (project.current) void readQueue();
    },
    { immediate: true },
  );

  async function readQueue(): Promise<void> {
    const state = await client['queue.state']({});
    paused.value = state.paused;
    order.value = state.order;
  }
  /** The job that goes on: a retry is another one. */
  async function control(job: string, action: JobAction): Promise<string> {
    const answer = await client['jobs.control']({ job, action });
    return answer.job;
  }
  /** Changes what is noted on runs; true when it was. */
  async function mark(ids: readonly string[], change: RunMarksChange): Promise<true> {
    const changed = await client['jobs.mark']({ jobs: [...ids], change });
    const next = new Map(byId.value);
    for (const summary of changed) next.set(summary.job.id, summary);
    byId.value = next;
    return true;
  }
  /** Puts a waiting job before another one; null is the end. True when it was. */
  async function move(job: string, before: string | null): Promise<true> {
    await client['queue.move']({ job, before });
    await readQueue();
    return true;
  }
  async function setPaused(value: boolean): Promise<void> {
    await client['queue.pause']({ paused: value });
    await readQueue();
  }
  return {
    byId,
    known,
    error,
    paused,
    order,
    list,
    running,
    queued,
    failed,
    trainings,
    beatsOf,
    control,
    mark,
    watchAgain,
    move,
    setPaused,
    readQueue,
  };
});
