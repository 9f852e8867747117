import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { Dataset, Finding, ImporterName } from '@shared/domain/dataset';
import { isBonaFide, type MediaItem } from '@shared/domain/media-item';
import { SlugName } from '@shared/domain/names';
import { readImageSize } from '@workbench/images/decode';
import type { Project } from '@workbench/project/project';
import { listCsv } from './importers/csv';
import { listFolder } from './importers/folder';
import type { Importer, ListedItem } from './importers/importer';
import { carveSets, setsAreGiven } from './split';
import { countSets, datasetExists, writeDataset } from './store';

/** Importers by name: one file each. */
const importers: Readonly<Record<Exclude<ImporterName, 'synthetic'>, Importer>> = { folder: listFolder, csv: listCsv };

export interface ImportRequest {
  /** A folder for `folder`, a file for `csv`. */
  readonly path: string;
  readonly importer: keyof typeof importers;
  /** The dataset's id; the folder's or file's name unless given. */
  readonly name?: string | undefined;
}

/** Files looked into at the same time. */
const parallelReads = 8;

/**
 * Takes a source into the project: lists it, looks into every file's header, gives sets where the source has none, and writes
 * the list. Files stay where they are and are only read. A file that cannot be used becomes a finding; the rest goes on.
 * @throws AppError `invalid` when the source as a whole cannot be used, `conflict` when the name is taken
 */
export async function importDataset(project: Project, request: ImportRequest): Promise<Dataset> {
  project.assertWritable();
  const source = resolve(request.path);
  const id = datasetId(request.name ?? basename(source, extname(source)));
  if (await datasetExists(project, id)) {
    throw new AppError('conflict', `There is a dataset "${id}" already. Give another name, or remove it first.`, {
      dataset: id,
    });
  }
  const listing = await importers[request.importer](source);
  const { usable, findings } = await lookInto(listing.root, listing.items);
  const items = withIdsAndSets(usable);
  if (items.length === 0) {
    throw new AppError(
      'invalid',
      `${source}: no usable image. ${findings[0]?.message ?? 'The class folders are empty.'}`,
    );
  }
  const split = setsAreGiven(usable) ? 'given' : 'carved';
  const dataset: Dataset = {
    formatVersion: 1,
    id,
    name: id,
    importer: request.importer,
    origin:
      request.importer === 'csv'
        ? { kind: 'csv', root: listing.root, file: source }
        : { kind: 'folder', root: listing.root },
    synthetic: false,
    oneSubjectPerImage: listing.oneSubjectPerImage,
    split,
    createdAt: new Date().toISOString(),
    ...describeItems(items),
    findings: [...findings, ...listing.findings, ...aboutClasses(items), ...aboutSplit(split)],
  };
  await writeDataset(project, dataset, items);
  return dataset;
}

/** Counts, attack types and subjects of a list of items. */
export function describeItems(items: readonly MediaItem[]): Pick<Dataset, 'counts' | 'attackTypes' | 'subjects'> {
  const types = new Set(items.flatMap((item) => item.attackType ?? []));
  const people = new Set(items.map((item) => item.subject ?? `item ${item.id}`));
  return { counts: countSets(items), attackTypes: [...types].sort(), subjects: people.size };
}

function datasetId(name: string): string {
  const slug = name
    .trim()
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '');
  const parsed = SlugName.safeParse(slug);
  if (!parsed.success)
    throw new AppError('invalid', `"${name}" cannot name a dataset: use letters, digits, ".", "-" and "_".`);
  return parsed.data;
}

/** Reads every file's header; one that cannot be an image is left out and named. */
async function lookInto(
  root: string,
  items: readonly ListedItem[],
): Promise<{ usable: ListedItem[]; findings: Finding[] }> {
  const verdicts = new Array<Finding | null>(items.length).fill(null);
  const seen = new Map<string, number>();
  let next = 0;
  const reader = async () => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (!item) return;
      const first = seen.get(item.path);
      if (first === undefined) seen.set(item.path, index);
      verdicts[index] =
        first === undefined
          ? await lookIntoFile(root, item.path)
          : {
              kind: 'duplicate',
              severity: 'warning',
              path: item.path,
              message: `${item.path} is listed twice; the first stands.`,
            };
    }
  };
  await Promise.all(Array.from({ length: parallelReads }, reader));
  return {
    usable: items.filter((_, index) => verdicts[index] === null),
    findings: verdicts.filter((verdict) => verdict !== null),
  };
}

async function lookIntoFile(root: string, path: string): Promise<Finding | null> {
  try {
    const file = join(root, path);
    if (!(await stat(file)).isFile())
      return { kind: 'not-a-file', severity: 'error', path, message: `${path} is not a file.` };
    await readImageSize(file);
    return null;
  } catch (error) {
    if (error instanceof AppError) {
      const reason = error.data['reason'];
      const message = error.message.replace(join(root, path), path);
      return { kind: typeof reason === 'string' ? reason : 'unreadable', severity: 'error', path, message };
    }
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!missing) throw error;
    return { kind: 'missing', severity: 'error', path, message: `${path} is listed, but there is no such file.` };
  }
}

function withIdsAndSets(items: readonly ListedItem[]): MediaItem[] {
  const sets = carveSets(items);
  return items.map((item, index) => ({
    ...item,
    id: createHash('sha256').update(item.path).digest('hex').slice(0, 16),
    set: sets[index] ?? 'train',
  }));
}

function aboutClasses(items: readonly MediaItem[]): Finding[] {
  const bonaFide = items.filter(isBonaFide).length;
  if (bonaFide > 0 && bonaFide < items.length) return [];
  const which = bonaFide > 0 ? 'no attack' : 'no bona fide';
  return [
    {
      kind: 'one-class',
      severity: 'warning',
      path: null,
      message: `The dataset has ${which} sample: rates that need both classes do not exist for it.`,
    },
  ];
}

function aboutSplit(split: Dataset['split']): Finding[] {
  if (split === 'given') return [];
  return [
    {
      kind: 'carved-sets',
      severity: 'info',
      path: null,
      message: 'The source names no sets; subjects were divided into train 50 %, dev 20 %, test 30 %.',
    },
  ];
}
