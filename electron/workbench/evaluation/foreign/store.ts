import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { type ForeignChoice, type ForeignFile, type ForeignFit, ForeignSystem } from '@shared/domain/foreign-scores';
import { SlugName } from '@shared/domain/names';
import { readDataset, readItems } from '@workbench/datasets/store';
import { withFileErrors } from '@workbench/project/file-errors';
import { readJson, readJsonIfPresent, writeJson } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { writeScores } from '@workbench/training/score-csv';
import { place, type ScoreSource } from '../finished-run';
import { fitForeign, orientedScore } from './fit';
import { videoOf } from './join';

const prefix = 'foreign-';
const folderOf = (name: string) => `scores/${prefix}${name}`;
const recordOf = (project: Project, name: string) => join(project.folder, folderOf(name), 'foreign.json');

/** A file to take in: its name for messages, and its bytes. */
export interface GivenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Reads a file that a person chose. @throws AppError `not-found`, `permission` */
export async function readForeignFile(path: string): Promise<GivenFile> {
  return { name: basename(path), bytes: await withFileErrors('read score file', path, () => readFile(path)) };
}

export interface ForeignImport extends ForeignChoice {
  /** The system's short name; files of other sets join those already there. */
  readonly name: string;
  readonly title?: string | undefined;
  readonly sources?: readonly string[] | undefined;
  readonly note?: string | undefined;
}

/** What a file holds and how it fits, without taking it in. @throws AppError as {@link fitForeign} does */
export async function inspectForeign(project: Project, file: GivenFile, choice: ForeignChoice): Promise<ForeignFit> {
  return (await fitted(project, file, choice)).fit;
}

/**
 * Takes a score file into the project: scores in the project's own columns, with the dataset's classes and subjects, beside a
 * record of what was read. A file of the same set replaces the earlier one.
 * @throws AppError `invalid` when the scores look inverted and nobody said which way round they are; as reading does
 */
export async function importForeign(
  project: Project,
  file: GivenFile,
  wanted: ForeignImport,
): Promise<{ system: ForeignSystem; fit: ForeignFit }> {
  project.assertWritable();
  const name = SlugName.safeParse(wanted.name);
  if (!name.success)
    throw new AppError('bad-request', `name "${wanted.name}": ${name.error.issues[0]?.message ?? 'not valid'}`);
  const { fit, joined } = await fitted(project, file, wanted);
  if (fit.refusal !== null)
    throw new AppError('invalid', `${file.name}: ${fit.refusal} ${countWords(fit)}`, {
      path: file.name,
      auc: fit.aucAsGiven,
      matched: fit.matched,
      missing: fit.missing,
      extra: fit.extra,
    });
  const path = `${folderOf(name.data)}/${wanted.dataset}.${wanted.set}.csv`;
  const sha256 = await writeScores(
    join(project.folder, path),
    joined.scores.map(({ item, frame, score }) => ({
      filename: joined.join === 'video' ? null : item.path,
      videoId: videoOf(item),
      frame: frame ?? (joined.join === 'video' ? null : item.frame),
      subject: item.subject,
      attackType: item.attackType,
      score: Number.isNaN(score) ? null : orientedScore(score, fit.polarity),
      depthScore: null,
    })),
  );
  const { found, refusal, ...kept } = fit;
  const entry: ForeignFile = {
    dataset: wanted.dataset,
    set: wanted.set,
    path,
    sha256,
    originalName: file.name,
    originalSha256: createHash('sha256').update(file.bytes).digest('hex'),
    importedAt: new Date().toISOString(),
    fit: kept,
  };
  const before = await readJsonIfPresent(recordOf(project, name.data), ForeignSystem, 'imported scores');
  const others = before?.files.filter(({ dataset, set }) => dataset !== entry.dataset || set !== entry.set) ?? [];
  const system: ForeignSystem = {
    formatVersion: 1,
    name: name.data,
    title: wanted.title ?? before?.title ?? name.data,
    sources: [...(wanted.sources ?? before?.sources ?? [])],
    note: wanted.note ?? before?.note ?? '',
    files: [...others, entry].sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
  await writeJson(recordOf(project, name.data), ForeignSystem.parse(system));
  return { system, fit };
}

function countWords({ matched, missing, extra, join: by }: ForeignFit): string {
  const unit = by === 'video' ? 'videos' : 'files';
  return `${String(matched)} ${unit} match, ${String(missing)} of the set are missing, ${String(extra)} are extra.`;
}

/** All imported systems in name order. */
export async function listForeign(project: Project): Promise<ForeignSystem[]> {
  const folder = join(project.folder, 'scores');
  if (!existsSync(folder)) return [];
  const names = (await readdir(folder))
    .filter((entry) => entry.startsWith(prefix) && existsSync(join(folder, entry, 'foreign.json')))
    .map((entry) => entry.slice(prefix.length))
    .sort();
  return Promise.all(names.map((name) => readForeign(project, name)));
}

/** @throws AppError `not-found` naming what there is */
export async function readForeign(project: Project, name: string): Promise<ForeignSystem> {
  if (!SlugName.safeParse(name).success || !existsSync(recordOf(project, name))) {
    const known = existsSync(join(project.folder, 'scores'))
      ? (await readdir(join(project.folder, 'scores')))
          .filter((entry) => entry.startsWith(prefix))
          .map((entry) => entry.slice(prefix.length))
      : [];
    throw new AppError(
      'not-found',
      `There are no imported scores "${name}"${known.length > 0 ? `; there are ${known.join(', ')}` : ''}.`,
      { scores: name },
    );
  }
  return readJson(recordOf(project, name), ForeignSystem, 'imported scores');
}

/** Moves a system's scores to the project's trash. */
export async function removeForeign(project: Project, name: string): Promise<void> {
  project.assertWritable();
  await readForeign(project, name);
  const trash = join(project.folder, 'trash');
  await withFileErrors('remove', join(project.folder, folderOf(name)), async () => {
    await mkdir(trash, { recursive: true });
    await rename(join(project.folder, folderOf(name)), join(trash, `scores-${name}-${String(Date.now())}`));
  });
}

/** The score files of an imported system; each is read once. */
export function foreignScores(project: Project, system: ForeignSystem): ScoreSource {
  const read = new Map<string, ReturnType<typeof place>>();
  return {
    targets: system.files.filter(({ set }) => set === 'test').map(({ dataset }) => dataset),
    async read(dataset, set) {
      const file = system.files.find((one) => one.dataset === dataset && one.set === set);
      if (!file) return null;
      const known = read.get(file.path) ?? place(project, dataset, set, file.path);
      read.set(file.path, known);
      return known;
    },
  };
}

async function fitted(project: Project, file: GivenFile, { dataset, set, ...choice }: ForeignChoice) {
  await readDataset(project, dataset); // One that is not there is told as such.
  const items = (await readItems(project, dataset)).filter((item) => item.set === set);
  if (items.length === 0)
    throw new AppError('not-found', `Dataset ${dataset} has no ${set} set in this project.`, { dataset });
  return fitForeign(Buffer.from(file.bytes).toString('utf8'), file.name, items, choice);
}
