import { createHash } from 'node:crypto';
import { basename, extname, resolve } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { type Dataset, type Finding, LayoutName } from '@shared/domain/dataset';
import { isBonaFide, type MediaItem } from '@shared/domain/media-item';
import { SlugName } from '@shared/domain/names';
import type { Project } from '@workbench/project/project';
import { fromFile, importers } from './importers';
import type { ColumnChoice, ListedItem } from './importers/importer';
import { lookInto } from './importers/look-into';
import { checkPolarity } from './importers/polarity-words';
import { erasedSubjects } from './privacy/erasures';
import { writeDatasetProtocols } from './protocols/store';
import { carveSets, setsAreGiven } from './split';
import { countSets, datasetExists, writeDataset } from './store';

export interface ImportRequest {
  /** A folder for `folder`, a file for `csv`. */
  readonly path: string;
  readonly importer: keyof typeof importers;
  /** The dataset's id; the folder's or file's name unless given. */
  readonly name?: string | undefined;
  /** Lists: the folder that their paths are relative to; the list's own unless given. */
  readonly root?: string | undefined;
  /** CSV lists with a foreign header: which column holds what. */
  readonly columns?: ColumnChoice | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

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
  const listing = await importers[request.importer](source, {
    root: request.root === undefined ? undefined : resolve(request.root),
    columns: request.columns,
  });
  // A layout reads labels off the names themselves, and tells where its lists say otherwise.
  const polarity = LayoutName.safeParse(request.importer).success ? [] : checkPolarity(source, listing.items);
  const { usable: readable, findings } = await lookInto(listing, request.onProgress);
  const erased = await erasedSubjects(project);
  const usable = readable.filter((item) => !erased.has(id, item.subject));
  const items = withIdsAndSets(usable);
  if (items.length === 0) {
    throw new AppError(
      'invalid',
      `${source}: no usable image or clip. ${findings[0]?.message ?? 'The class folders are empty.'}`,
    );
  }
  const split = setsAreGiven(usable) ? 'given' : 'carved';
  const dataset: Dataset = {
    formatVersion: 1,
    id,
    name: id,
    importer: request.importer,
    origin: fromFile.has(request.importer)
      ? { kind: 'csv', root: listing.root, file: source }
      : { kind: 'folder', root: listing.root },
    synthetic: false,
    oneSubjectPerImage: listing.oneSubjectPerImage,
    split,
    createdAt: new Date().toISOString(),
    ...describeItems(items),
    findings: [
      ...findings,
      ...polarity,
      ...listing.findings,
      ...aboutErased(readable.length - usable.length),
      ...aboutClasses(items),
      ...aboutSplit(split),
    ],
    ...(listing.expected ? { expected: [...listing.expected] } : {}),
    ...(listing.polarity === undefined ? {} : { polarity: listing.polarity }),
  };
  await writeDatasetProtocols(project, id, listing.protocols ?? []);
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

function withIdsAndSets(items: readonly ListedItem[]): MediaItem[] {
  const sets = carveSets(items);
  return items.map((item, index) => ({
    ...item,
    id: createHash('sha256').update(item.path).digest('hex').slice(0, 16),
    set: sets[index] ?? 'train',
  }));
}

function aboutErased(count: number): Finding[] {
  if (count === 0) return [];
  return [
    {
      kind: 'erased',
      severity: 'info',
      path: null,
      message: `${count} items of subjects who were erased from this project are left out.`,
    },
  ];
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
