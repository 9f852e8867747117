import { join } from 'node:path';
import { type Dataset, defaultRecipe, PreparedRow, type PreparedSample } from '@shared/domain/dataset';
import type { MediaItem } from '@shared/domain/media-item';
import { recipeHash, rowsName } from '@workbench/datasets/prepared-files';
import { readDataset } from '@workbench/datasets/store';
import { readLines } from '@workbench/project/files';
import { fileSignature, type ProjectIndex } from '@workbench/project/index-db';
import type { Project } from '@workbench/project/project';

/** A dataset's samples in columns: one entry a line of `items.jsonl`. */
export interface SampleColumns {
  readonly dataset: Dataset;
  readonly items: readonly MediaItem[];
  /** The largest face of each item; null before preparation and where there is none. */
  readonly samples: readonly (PreparedSample | null)[];
  /** Why an item has no sample, after preparation. */
  readonly failures: readonly (Extract<PreparedRow, { ok: false }> | null)[];
  readonly prepared: boolean;
  /** Facet name → values and a code into them for each item, -1 where the item has none. */
  readonly facets: ReadonlyMap<string, FacetColumn>;
  /** What the text filter looks in, lower case. */
  readonly text: readonly string[];
}

export interface FacetColumn {
  readonly values: readonly string[];
  readonly codes: Int32Array;
}

/** Columns of the open project's datasets; read again when their files have changed. */
export class SampleColumnsCache {
  private readonly held = new Map<string, { signature: string; columns: Promise<SampleColumns> }>();

  constructor(
    private readonly project: Project,
    private readonly index: ProjectIndex,
  ) {}

  /** @throws AppError `not-found` for an unknown dataset */
  of(id: string): Promise<SampleColumns> {
    const folder = this.project.datasetFolder(id);
    const rows = join(this.project.preparedFolder(id, recipeHash(defaultRecipe)), rowsName);
    const files = [join(folder, 'dataset.json'), join(folder, 'items.jsonl'), rows];
    const signature = files.map(fileSignature).join(' ');
    const held = this.held.get(id);
    if (held?.signature === signature) return held.columns;
    const columns = this.read(id, rows);
    this.held.set(id, { signature, columns });
    columns.catch(() => {
      if (this.held.get(id)?.columns === columns) this.held.delete(id);
    });
    return columns;
  }

  private async read(id: string, rowsFile: string): Promise<SampleColumns> {
    const dataset = await readDataset(this.project, id);
    const items = await this.index.items(id);
    const rows = await readLines(rowsFile, PreparedRow);
    const lineOf = new Map(items.map((item, line) => [item.id, line]));
    const samples = new Array<PreparedSample | null>(items.length).fill(null);
    const failures = new Array<Extract<PreparedRow, { ok: false }> | null>(items.length).fill(null);
    for (const row of rows) {
      const line = lineOf.get(row.item);
      if (line === undefined) continue;
      if (!row.ok) failures[line] = row;
      else if (!samples[line]) samples[line] = row; // Faces come largest first.
    }
    const prepared = rows.length > 0;
    return {
      dataset,
      items,
      samples,
      failures,
      prepared,
      facets: facetColumns(items, samples, failures),
      text: items.map((item) => [item.path, item.subject ?? '', ...Object.values(item.tags)].join('\n').toLowerCase()),
    };
  }
}

/** The facets every dataset has, with their titles, in the order in which they are shown. */
export const facetTitles: readonly (readonly [name: string, title: string])[] = [
  ['set', 'Set'],
  ['class', 'Class'],
  ['attackType', 'Attack type'],
  ['status', 'Preparation'],
  ['device', 'Device'],
  ['session', 'Session'],
];

function facetColumns(
  items: readonly MediaItem[],
  samples: readonly (PreparedSample | null)[],
  failures: readonly (Extract<PreparedRow, { ok: false }> | null)[],
): Map<string, FacetColumn> {
  const columns = new Map<string, FacetColumn>();
  const add = (name: string, valueOf: (item: MediaItem, line: number) => string | null | undefined) => {
    columns.set(name, encode(items.map(valueOf)));
  };
  add('set', (item) => item.set);
  add('class', (item) => (item.attackType === null ? 'bona fide' : 'attack'));
  add('attackType', (item) => item.attackType);
  add('status', (_item, line) => (samples[line] ? 'prepared' : (failures[line]?.reason ?? 'not prepared')));
  add('device', (item) => item.device);
  add('session', (item) => item.session);
  for (const tag of new Set(items.flatMap((item) => Object.keys(item.tags)))) add(tag, (item) => item.tags[tag]);
  return columns;
}

function encode(values: readonly (string | null | undefined)[]): FacetColumn {
  const codeOf = new Map<string, number>();
  const codes = Int32Array.from(values, (value) => {
    if (value === null || value === undefined) return -1;
    const known = codeOf.get(value) ?? codeOf.size;
    codeOf.set(value, known);
    return known;
  });
  return { values: [...codeOf.keys()], codes };
}
