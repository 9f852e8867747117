import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { DatasetId } from '@shared/domain/names';
import type { FloorKind } from '@shared/domain/report';
import type { Protocol } from '@shared/domain/protocol';
import { z } from '@shared/zod';
import { rulesHash } from '@workbench/datasets/protocols/job-protocol';
import { readPreparedInfo } from '@workbench/datasets/store';
import { readJsonIfPresent, writeJson } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { WorkerPool } from '@workbench/project/worker-pool';
import { place, type ScoreSource } from './finished-run';
import { floorFile, FloorReply, type FloorRequest } from './floor-messages';

/** The floors' names in tables, and what they are. */
export const floors: Readonly<Record<FloorKind, { readonly name: string; readonly note: string }>> = {
  chance: { name: 'Chance', note: 'floor: random scores' },
  constant: { name: 'Constant', note: 'floor: one score for all' },
  lbp: { name: 'LBP + logistic', note: 'floor' },
};

/** The floor behind a system's name, if it is one. */
export function floorNamed(system: string): FloorKind | null {
  for (const kind of ['chance', 'constant', 'lbp'] as const)
    if (system === floors[kind].name || system.startsWith(`${floors[kind].name} (`)) return kind;
  return null;
}

/** Changes when the features or the fit change, so that kept scores are made again. */
const floorVersion = 1;

/** `floor.json`: the data behind the score files beside it. */
const FloorRecord = z.strictObject({
  version: z.int(),
  sources: z.record(DatasetId, z.string()),
  scored: z.record(DatasetId, z.string()),
});

/**
 * Scores of a floor: LBP with logistic regression is fitted on the sources' training crops, the others learn nothing. They are
 * applied to the sources' dev sets and every target's dev and test set, in a thread of their own. The score files are kept in
 * the project (`scores/floor-…/`) and made anew when the data changes; who asks while they are made waits for the same work.
 * @throws AppError `not-found` when a source is not prepared, `invalid` when the training sets lack a class, `conflict` when
 *   scores must be made and the project is open for reading only
 */
export async function floorScores(
  project: Project,
  kind: FloorKind,
  sources: readonly string[],
  targets: readonly string[],
  protocol?: Protocol,
): Promise<ScoreSource> {
  const ordered = [...sources].sort();
  const trained = kind === 'lbp' ? await hashesOf(project, ordered) : {};
  const rules = protocol ? `-${rulesHash(protocol)}` : '';
  const folder = (kind === 'lbp' ? `scores/floor-lbp-${keyOf(trained)}` : `scores/floor-${kind}`) + rules;
  const wanted = await hashesOf(project, [...new Set([...ordered, ...targets])].sort());
  await afterOthers(join(project.folder, folder), () => complete(project, { kind, trained, wanted, folder, protocol }));
  return {
    targets,
    async read(dataset, set) {
      const path = `${folder}/${floorFile(dataset, set)}`;
      return existsSync(join(project.folder, path)) ? place(project, dataset, set, path) : null;
    },
  };
}

function keyOf(trained: Readonly<Record<string, string>>): string {
  return createHash('sha256')
    .update(JSON.stringify([floorVersion, Object.entries(trained)]))
    .digest('hex')
    .slice(0, 12);
}

interface Floor {
  readonly kind: FloorKind;
  /** Content hashes of what it is fitted on, and of what it scores. */
  readonly trained: Readonly<Record<string, string>>;
  readonly wanted: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly protocol: Protocol | undefined;
}

/** Makes the score files that are not there, or were made from other data. */
async function complete(project: Project, { kind, trained, wanted, folder, protocol }: Floor): Promise<void> {
  const recordFile = join(project.folder, folder, 'floor.json');
  const record = await readJsonIfPresent(recordFile, FloorRecord, 'floor');
  const missing = Object.entries(wanted).filter(([id, hash]) => record?.scored[id] !== hash);
  if (missing.length === 0) return;
  project.assertWritable();
  await compute({
    project: project.folder,
    kind,
    sources: Object.keys(trained),
    datasets: missing.map(([id]) => id),
    folder,
    ...(protocol ? { protocol } : {}),
  });
  const scored = { ...record?.scored, ...wanted };
  await writeJson(recordFile, { version: floorVersion, sources: trained, scored });
}

async function compute(request: FloorRequest): Promise<void> {
  const pool = new WorkerPool('floor-worker.cjs', 1);
  try {
    await pool.run({ tasks: [request], hear: (message) => ({ result: checked(FloorReply.parse(message)) }) });
  } finally {
    await pool.close();
  }
}

function checked(reply: FloorReply): true {
  if (reply.ok) return true;
  throw reply.code === null ? new Error(reply.message) : new AppError(reply.code, reply.message);
}

const underWay = new Map<string, Promise<unknown>>();

/** Runs work on a folder when all earlier work on it has ended, well or not. */
async function afterOthers<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const before = underWay.get(folder) ?? Promise.resolve();
  const own = before.then(work, work);
  underWay.set(folder, own);
  try {
    return await own;
  } finally {
    if (underWay.get(folder) === own) underWay.delete(folder);
  }
}

async function hashesOf(project: Project, ids: readonly string[]): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const id of ids) hashes[id] = (await readPreparedInfo(project, id)).contentHash;
  return hashes;
}
