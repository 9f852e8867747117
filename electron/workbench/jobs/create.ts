import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExperimentConfig } from '@shared/domain/experiment';
import { type CheckJob, Job, type PrepareJob, type TrainJob } from '@shared/domain/job';
import type { Protocol } from '@shared/domain/protocol';
import { z } from '@shared/zod';
import { writeJobProtocol } from '@workbench/datasets/protocols/job-protocol';
import { withFileErrors } from '@workbench/project/file-errors';
import { appendLine, readJsonIfPresent, writeJson } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { jobIds } from './job-folder';
import { editQueue } from './queue-file';

type WithoutHead<J> = Omit<J, 'formatVersion' | 'id' | 'number' | 'createdAt'>;

/** A job before it has a number and a folder. */
export type JobDraft =
  | (WithoutHead<PrepareJob> & { readonly slug: string })
  | (WithoutHead<CheckJob> & { readonly slug: string })
  | (WithoutHead<TrainJob> & {
      readonly slug: string;
      readonly config: ExperimentConfig;
      readonly protocol?: Protocol;
    });

/**
 * Gives jobs their numbers and folders and puts them at the end of the queue, in order. A folder appears whole: it is
 * written under another name and renamed.
 * @returns their ids
 */
export async function createJobs(project: Project, drafts: readonly JobDraft[]): Promise<string[]> {
  return editQueue(project, async (queue) => {
    const ids: string[] = [];
    const taken = await namesTaken(project);
    for (const draft of drafts) {
      const name = freeName(draft.name, taken);
      taken.add(name);
      const id = await createJob(project, { ...draft, name });
      ids.push(id);
      queue.order.push(id);
    }
    return ids;
  });
}

/** Names of the jobs there are. */
async function namesTaken(project: Project): Promise<Set<string>> {
  const jobs = await Promise.all(
    jobIds(project).map((id) => readJsonIfPresent(join(project.jobFolder(id), 'job.json'), NamedJob, 'job')),
  );
  return new Set(jobs.flatMap((job) => job?.name ?? []));
}
const NamedJob = z.looseObject({ name: z.string() });

/** The name, or it with the first number that tells it from the runs before: `tiny O→R s1 #2`. */
function freeName(wish: string, taken: ReadonlySet<string>): string {
  const bare = wish.replace(/ #\d+$/, '');
  if (!taken.has(bare)) return bare;
  let number = 2;
  while (taken.has(`${bare} #${number}`)) number++;
  return `${bare} #${number}`;
}

/** What tells a kind of job from the others. */
function ownPart(draft: JobDraft) {
  switch (draft.kind) {
    case 'prepare': {
      const { kind, tasks, engine } = draft;
      return { kind, tasks, ...(engine === undefined ? {} : { engine }) };
    }
    case 'check':
      return { kind: draft.kind, datasets: draft.datasets };
    case 'train': {
      const { kind, experiment, preset, seed, sources, targets, variant, slurm } = draft;
      return {
        ...{ kind, experiment, preset, seed, sources, targets },
        ...(variant === undefined ? {} : { variant }),
        ...(slurm === undefined ? {} : { slurm }),
      };
    }
  }
}

/** Inside the queue's lock, so numbers are unique. */
async function createJob(project: Project, draft: JobDraft): Promise<string> {
  const last = jobIds(project).at(-1);
  const number = (last === undefined ? 0 : parseInt(last, 10)) + 1;
  const id = `${String(number).padStart(4, '0')}-${slugOf(draft.slug)}`;
  const createdAt = new Date().toISOString();
  const head = { formatVersion: 1, id, number, createdAt, name: draft.name, group: draft.group, parent: draft.parent };
  const job = Job.parse({ ...head, ...ownPart(draft) });
  const folder = project.jobFolder(id);
  const unfinished = join(project.folder, 'jobs', `.${id}.tmp`);
  try {
    await withFileErrors('create', folder, async () => {
      await rm(unfinished, { recursive: true, force: true });
      await mkdir(unfinished, { recursive: true });
    });
    await writeJson(join(unfinished, 'job.json'), job);
    if (draft.kind === 'train') {
      await writeJson(join(unfinished, 'config.json'), draft.config);
      if (draft.protocol) await writeJobProtocol(unfinished, draft.protocol);
    }
    await appendLine(join(unfinished, 'events.jsonl'), {
      type: 'state',
      at: createdAt,
      state: 'queued',
      message: null,
    });
    await withFileErrors('create', folder, () => rename(unfinished, folder));
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
  return id;
}

function slugOf(text: string): string {
  const slug = text
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 80);
  return slug === '' ? 'job' : slug;
}
