import { AppError } from '@shared/contract/errors';
import type { Erasure, ErasurePlan } from '@shared/domain/erasure';
import { ExperimentConfig } from '@shared/domain/experiment';
import { familyOf } from '@workbench/datasets/doctor/leaks';
import { recordErasure, subjectHash } from '@workbench/datasets/privacy/erasures';
import { protocolNames, readProtocol } from '@workbench/datasets/protocols/store';
import { listDatasetIds, readDataset, readItems } from '@workbench/datasets/store';
import type { ProjectIndex } from '@workbench/project/index-db';
import type { Project } from '@workbench/project/project';
import { jobFolder, jobIds } from '../job-folder';
import { hasEnded, readSummary } from '../summary';
import { derivedSteps, listedSteps } from './dataset-steps';
import { scoreSteps } from './score-steps';
import type { Erased, Step } from './step';
import { traceSteps } from './trace-steps';

/**
 * What erasing a subject from a dataset would take away, and what it cannot.
 * @throws AppError `not-found` for an unknown dataset or subject, `unsupported` for drawn people
 */
export async function planErasure(
  project: Project,
  index: ProjectIndex,
  id: string,
  subject: string,
): Promise<ErasurePlan> {
  const erased = await find(project, index, id, subject);
  const steps = await stepsOf(erased);
  return {
    dataset: id,
    subject,
    items: erased.gone.length,
    parts: steps.map(({ part }) => part),
    stays: await remains(erased),
  };
}

/**
 * Erases a subject from a dataset with everything that was made of its files. Originals are never written. It may be killed
 * at any moment: the subject's items go last, so that doing it again finishes it.
 * @returns the record that is kept, which does not name anybody
 * @throws AppError as {@link planErasure} does; `conflict` while a job uses the dataset or the project is read only
 */
export async function eraseSubject(
  project: Project,
  index: ProjectIndex,
  id: string,
  subject: string,
): Promise<Erasure> {
  project.assertWritable();
  const erased = await find(project, index, id, subject);
  await refuseRunning(project, index, id);
  const steps = await stepsOf(erased);
  const sum = (what: 'samples' | 'scores') =>
    steps.reduce((total, { part }) => total + (part.what === what ? part.count : 0), 0);
  const record: Erasure = {
    at: new Date().toISOString(),
    dataset: id,
    subject: subjectHash(id, subject),
    items: erased.gone.length,
    samples: sum('samples'),
    scores: sum('scores'),
    files: steps.length,
  };
  // Before the items go: from then on an import leaves the subject out, however this ends.
  await recordErasure(project, record);
  for (const { run } of steps) await run();
  return record;
}

async function find(project: Project, index: ProjectIndex, id: string, subject: string): Promise<Erased> {
  const dataset = await readDataset(project, id);
  if (dataset.synthetic)
    throw new AppError('unsupported', `The people of ${id} are drawn: there is nobody to erase. Remove the dataset.`, {
      dataset: id,
    });
  const before = await readItems(project, id);
  const gone = before.filter((item) => item.subject === subject);
  if (gone.length === 0) {
    const people = [...new Set(before.flatMap((item) => item.subject ?? []))].sort((a, b) =>
      a.localeCompare(b, 'en', { numeric: true }),
    );
    const some = people.slice(0, 12).join(', ');
    const list =
      people.length === 0 ? 'its source names no subjects' : `it has ${some}${people.length > 12 ? ', …' : ''}`;
    throw new AppError('not-found', `Dataset ${id} has no subject "${subject}"; ${list}.`, { dataset: id, subject });
  }
  return {
    ...{ project, index, dataset, subject, before, gone },
    after: before.filter((item) => item.subject !== subject),
    ids: new Set(gone.map((item) => item.id)),
    paths: new Set(gone.map(({ path }) => path)),
    videos: new Set(gone.flatMap(({ videoId, kind, path }) => videoId ?? (kind === 'video' ? [path] : []))),
  };
}

/** Derived files first, the list of items last. */
async function stepsOf(erased: Erased): Promise<Step[]> {
  return [
    ...(await derivedSteps(erased)),
    ...(await scoreSteps(erased)),
    ...(await traceSteps(erased)),
    ...(await listedSteps(erased)),
  ];
}

async function refuseRunning(project: Project, index: ProjectIndex, dataset: string): Promise<void> {
  const busy: string[] = [];
  for (const id of jobIds(project)) {
    const { job, state } = await readSummary(project, id, index);
    if (hasEnded(state)) continue;
    const uses =
      job.kind === 'train'
        ? [...job.sources, ...job.targets]
        : job.kind === 'check'
          ? job.datasets
          : job.tasks.map((task) => task.dataset);
    if (uses.includes(dataset) || (job.kind === 'check' && uses.length === 0)) busy.push(id);
  }
  if (busy.length > 0)
    throw new AppError('conflict', `${busy.join(', ')} may read ${dataset} now: wait for it, or stop it first.`, {
      jobs: busy,
    });
}

/** What an erasure cannot take away, in sentences. */
async function remains({ project, dataset, subject, gone }: Erased): Promise<string[]> {
  const sentences = [
    `The ${gone.length === 1 ? 'original stays' : `${gone.length} originals stay`} where ${gone.length === 1 ? 'it is' : 'they are'}; an import of ${dataset.id} leaves this subject out from now on.`,
  ];
  const trained: string[] = [];
  for (const id of jobIds(project)) {
    const folder = jobFolder(project, id);
    const job = await folder.job();
    if (job.kind !== 'train' || !job.sources.includes(dataset.id)) continue;
    const config = ExperimentConfig.safeParse(await folder.config()).data;
    if (gone.some(({ set }) => set !== 'test') || (config?.data.protocol ?? '') !== '') trained.push(id);
  }
  if (trained.length > 0)
    sentences.push(
      `Networks may have learned from the subject: the weights of ${trained.slice(0, 5).join(', ')}${trained.length > 5 ? ` and ${trained.length - 5} more` : ''} are not changed.`,
    );
  const naming: string[] = [];
  for (const name of protocolNames(project)) {
    const { sets } = await readProtocol(project, name);
    if (Object.values(sets).some(({ where = '' }) => where.split(/[^A-Za-z0-9._-]+/).includes(subject)))
      naming.push(name);
  }
  if (naming.length > 0) sentences.push(`The rules of ${naming.join(', ')} may name the subject.`);
  const family = familyOf(dataset);
  for (const id of await listDatasetIds(project)) {
    if (id === dataset.id || familyOf(await readDataset(project, id)) !== family) continue;
    if ((await readItems(project, id)).some((item) => item.subject === subject))
      sentences.push(`${id} is of the same source and has the subject, too: erase it there as well.`);
  }
  sentences.push('Reports, bundles and pictures that were saved elsewhere are not reached.');
  return sentences;
}
