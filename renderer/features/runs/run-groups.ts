import type { JobState, JobSummary } from '@shared/domain/job';
import { sampleKey, spreadOfRuns } from '@shared/domain/run-group';
import { summarise } from '@shared/metrics/aggregate';
import { isActive } from '../../stores/jobs';

export interface RunGroup {
  readonly id: string;
  readonly title: string;
  /** Folds and seeds, states with their counts, dev HTER where all are done. */
  readonly note: string;
  readonly runs: readonly JobSummary[];
  /** Trainings among them: what a table is made of. */
  readonly trainings: number;
  /** Its runs have nothing in common, so that each is shown with its whole name. */
  readonly mixed?: boolean;
}

/** What the state filter offers: a word for several states each. */
export const stateFilters = [
  { value: 'all', label: 'All states' },
  { value: 'active', label: 'Running' },
  { value: 'queued', label: 'Queued' },
  { value: 'done', label: 'Done' },
  { value: 'stopped', label: 'Stopped' },
  { value: 'broken', label: 'Failed, crashed, stalled' },
  { value: 'starred', label: 'Starred' },
  { value: 'archived', label: 'Archived' },
] as const;
export type StateFilter = (typeof stateFilters)[number]['value'];

function passes({ state, marks }: JobSummary, filter: StateFilter): boolean {
  if (marks?.archived === true) return filter === 'archived';
  switch (filter) {
    case 'all':
      return true;
    case 'starred':
      return marks?.star === true;
    case 'archived':
      return false;
    case 'active':
      return isActive(state);
    case 'broken':
      return state === 'failed' || state === 'crashed' || state === 'stalled';
    default:
      return state === filter;
  }
}

/** Runs whose name, group, preset, state, tags or note hold every word of the query, and which pass the filter. */
export function filterRuns(runs: readonly JobSummary[], query: string, filter: StateFilter): JobSummary[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return runs.filter((run) => {
    const { job, state, marks } = run;
    if (!passes(run, filter)) return false;
    if (words.length === 0) return true;
    const preset = job.kind === 'train' ? job.preset : job.kind;
    const noted = marks ? `${marks.tags.join(' ')} ${marks.note}` : '';
    const text = `${job.name} ${job.group ?? ''} ${preset} ${state} ${job.number} ${noted}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/**
 * Runs in the groups they were launched in. Groups with the newest run come first; in a group what runs comes first, then
 * the queue in its order, then what has ended, newest first.
 */
export function groupRuns(runs: readonly JobSummary[], order: readonly string[]): RunGroup[] {
  const groups = new Map<string, JobSummary[]>();
  for (const run of runs) {
    const key = groupKey(run);
    const members = groups.get(key);
    if (members) members.push(run);
    else groups.set(key, [run]);
  }
  const places = new Map(order.map((id, index) => [id, index]));
  const rank = ({ state }: JobSummary) => (isActive(state) ? 0 : state === 'queued' ? 1 : 2);
  return [...groups]
    .map(([id, members]) => {
      const sorted = [...members].sort(
        (a, b) =>
          rank(a) - rank(b) ||
          (a.state === 'queued' && b.state === 'queued'
            ? (places.get(a.job.id) ?? Infinity) - (places.get(b.job.id) ?? Infinity)
            : 0) ||
          b.job.number - a.job.number,
      );
      const trainings = members.filter(({ job }) => job.kind === 'train').length;
      return { id, title: groupTitle(id, members), note: groupNote(members), runs: sorted, trainings };
    })
    .sort((a, b) => newest(b) - newest(a));
}

/** What waits as one list, in the order in which it starts; what Slurm holds comes after, in the order it was made. */
export function queueAsGroup(queued: readonly JobSummary[], order: readonly string[]): RunGroup[] {
  if (queued.length === 0) return [];
  const places = new Map(order.map((id, index) => [id, index]));
  const place = ({ job }: JobSummary) => places.get(job.id) ?? order.length + job.number;
  const runs = [...queued].sort((a, b) => place(a) - place(b));
  return [{ id: 'queue', title: 'Queue', note: 'in the order in which they start', runs, trainings: 0, mixed: true }];
}

/**
 * The job that a moved one is to stand before so that it comes right before or after another; null is the end of the
 * queue, undefined that it stands there already.
 */
export function newPlace(
  order: readonly string[],
  moved: string,
  beside: string,
  side: 'before' | 'after',
): string | null | undefined {
  const others = order.filter((id) => id !== moved);
  const at = others.indexOf(beside);
  if (at < 0 || !order.includes(moved)) return undefined;
  const before = others[side === 'before' ? at : at + 1] ?? null;
  const present = order[order.indexOf(moved) + 1] ?? null;
  return before === present ? undefined : before;
}

function newest({ runs }: RunGroup): number {
  return runs.reduce(
    (most, { job, state }) => Math.max(most, job.number + (isActive(state) && state !== 'stalled' ? 1e9 : 0)),
    0,
  );
}

function groupKey({ job }: JobSummary): string {
  if (job.group !== null) return job.group;
  return job.kind === 'train' ? job.experiment : job.kind === 'prepare' ? 'preparation' : 'checks';
}

function groupTitle(id: string, members: readonly JobSummary[]): string {
  if (members.every(({ job }) => job.kind === 'prepare')) return 'Preparation';
  if (members.every(({ job }) => job.kind === 'check')) return 'Dataset checks';
  const names = new Set(members.map(({ job }) => (job.kind === 'train' ? job.experiment : id)));
  return names.size === 1 ? ([...names][0] ?? id) : id.replace(/-\d{8}T\d{4,6}$/, '');
}

function groupNote(members: readonly JobSummary[]): string {
  const trainings = members.flatMap(({ job }) => (job.kind === 'train' ? [job] : []));
  const count = (values: readonly string[], one: string) => {
    const { size } = new Set(values);
    return { size, words: `${size} ${size === 1 ? one : `${one}s`}` };
  };
  const variants = count(
    trainings.map(({ experiment, preset, variant }) => JSON.stringify([experiment, preset, variant])),
    trainings.some(({ variant }) => variant !== undefined) ? 'setting' : 'preset',
  );
  const folds = count(
    trainings.map(({ sources, targets }) => `${sources.join()}>${targets.join()}`),
    'fold',
  );
  const seeds = count(
    trainings.map(({ seed }) => String(seed)),
    'seed',
  );
  const several = variants.size * folds.size * seeds.size > 1;
  const head = several ? [...(variants.size > 1 ? [variants.words] : []), folds.words, seeds.words].join(' × ') : null;
  const counts = new Map<JobState, number>();
  for (const { state } of members) counts.set(state, (counts.get(state) ?? 0) + 1);
  const states = stateOrder.flatMap((state) => (counts.has(state) ? [`${counts.get(state) ?? 0} ${state}`] : []));
  const repeats = trainings.length - new Set(trainings.map(sampleKey)).size;
  const spread = counts.get('done') === members.length ? devHterSpread(members) : null;
  const tail = [
    ...states,
    ...(repeats === 0 ? [] : [repeats === 1 ? '1 repeat' : `${repeats} repeats`]),
    ...(spread === null ? [] : [spread]),
  ].join(', ');
  return head === null ? tail : `${head}: ${tail}`;
}

const stateOrder: readonly JobState[] = [
  'done',
  'running',
  'starting',
  'stopping',
  'queued',
  'stalled',
  'stopped',
  'crashed',
  'failed',
];

/** `dev HTER 8.8 ± 0.7, n = 12`, in per cent; null without a finished run. */
export function devHterSpread(members: readonly JobSummary[]): string | null {
  const spreadOver = spreadOfRuns(members);
  if (!spreadOver) return null;
  const { mean, sd, n } = spreadOver;
  const spread = sd === null ? '' : ` ± ${(100 * sd).toFixed(1)}`;
  return `dev HTER ${(100 * mean).toFixed(1)}${spread} %, n = ${n}`;
}

/** Dev HTER of a finished training, a fraction; null for all else. */
export function devHterOf({ result }: JobSummary): number | null {
  return result?.kind === 'train' ? result.devHter : null;
}

/** The run's name without what its group already says: `pretrain-gan RCO→M s2` → `RCO→M s2`. */
export function shortName({ job }: JobSummary): string {
  return job.kind === 'train' && job.name.startsWith(`${job.experiment} `)
    ? job.name.slice(job.experiment.length + 1)
    : job.name;
}

/** Share of the whole job that is done, in [0, 1]. */
export function shareDone({ state, progress }: JobSummary): number {
  if (state === 'done') return 1;
  return progress === null ? 0 : Math.min(1, progress.done / progress.steps);
}

/**
 * Seconds until each waiting or running job is done, in the queue's order: the running ones' own estimate, then one
 * after the other what such runs took. Jobs without a guess are left out.
 */
export function secondsUntilDone(runs: readonly JobSummary[], order: readonly string[]): ReadonlyMap<string, number> {
  const left = new Map<string, number>();
  const byId = new Map(runs.map((run) => [run.job.id, run]));
  let ahead = 0;
  for (const run of runs) {
    const own = run.progress?.secondsLeft;
    if (!isActive(run.state) || run.state === 'stalled' || own === null || own === undefined) continue;
    left.set(run.job.id, own);
    ahead = Math.max(ahead, own);
  }
  for (const id of order) {
    const run = byId.get(id);
    if (run?.state !== 'queued') continue;
    const guess = usualSeconds(run, runs);
    if (guess === null) return left;
    ahead += guess;
    left.set(id, ahead);
  }
  return left;
}

function usualSeconds(wanted: JobSummary, runs: readonly JobSummary[]): number | null {
  const alike = runs.filter((run) => groupKey(run) === groupKey(wanted));
  const { mean } = summarise(alike.map(({ result }) => result?.seconds ?? null));
  if (mean !== null) return mean;
  const running = alike.find(({ progress, startedAt }) => progress?.secondsLeft && startedAt);
  if (!running?.progress?.secondsLeft) return null;
  const share = shareDone(running);
  return share >= 1 ? null : running.progress.secondsLeft / (1 - share);
}

/** Groups that are all done are folded from the third on, unless a person has chosen otherwise. */
export function foldedGroups(
  groups: readonly RunGroup[],
  chosen: Readonly<Record<string, boolean>>,
): ReadonlySet<string> {
  const settled = ({ runs }: RunGroup) => runs.every(({ state }) => state === 'done');
  const folded = groups.filter((group, index) => chosen[group.id] ?? (index >= 2 && settled(group)));
  return new Set(folded.map(({ id }) => id));
}
