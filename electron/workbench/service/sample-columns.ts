import { open } from 'node:fs/promises';
import type { Dataset, PreparationRecipe } from '@shared/domain/dataset';
import { PreparedRow } from '@shared/domain/dataset';
import type { Marks } from '@shared/domain/marks';
import type { MediaItem } from '@shared/domain/media-item';
import { withFileErrors } from '@workbench/project/file-errors';

/** Values of one field, one code an item; -1 where it has none. */
export interface FacetColumn {
  readonly values: readonly string[];
  readonly codes: Int32Array;
  /** For a field that may have several values at once: the values that each code stands for. */
  readonly members?: readonly (readonly string[])[];
}

/** What is worked out of a dataset's files once and kept: everything that filters, sorts and counts. */
export interface StoredColumns {
  /** Items, one a line of `items.jsonl`. */
  readonly count: number;
  readonly prepared: boolean;
  /** Fields by name: the facets that every dataset has, `subject`, `video`, and each tag of the source. */
  readonly facets: ReadonlyMap<string, FacetColumn>;
  /** Measured fields by name; NaN where an item has none. */
  readonly numbers: ReadonlyMap<string, Float32Array>;
  /** What words are looked for in, lower case: path, subject and tags. */
  readonly text: readonly string[];
  readonly ids: readonly string[];
  readonly paths: readonly string[];
  /** Shard row of an item's first face; -1 before preparation and where there is none. */
  readonly firstRow: Int32Array;
  /** Byte in `rows.jsonl` where an item's rows begin, and how many bytes they take. */
  readonly rowsAt: Float64Array;
  readonly rowsLength: Int32Array;
}

/** A dataset's samples in columns, with the person's marks. */
export interface SampleColumns extends StoredColumns {
  readonly dataset: Dataset;
  readonly recipe: PreparationRecipe;
  readonly marks: Marks;
  /** Raised with every change of the files; says whether an answer that was worked out still holds. */
  readonly revision: number;
  item(line: number): MediaItem | undefined;
  /** What preparation wrote about an item, in the order of its faces and frames. */
  rows(line: number): Promise<PreparedRow[]>;
  /** Line of an item by its id. */
  lineOf(id: string): number | undefined;
}

/** The fields every dataset has as facets, with their titles, in the order in which they are shown. */
export const facetTitles: readonly (readonly [name: string, title: string])[] = [
  ['set', 'Set'],
  ['class', 'Class'],
  ['attackType', 'Attack type'],
  ['status', 'Preparation'],
  ['excluded', 'Kept'],
  ['tag', 'Tags'],
  ['device', 'Device'],
  ['session', 'Session'],
];

/** Lists of values that are only searched, never listed as a facet. */
export const groupFields = ['subject', 'video'] as const;

/** Reads the rows of one item out of `rows.jsonl`. */
export async function readRowsAt(file: string, at: number, length: number): Promise<PreparedRow[]> {
  if (length === 0) return [];
  const text = await withFileErrors('read', file, async () => {
    const handle = await open(file, 'r');
    try {
      const bytes = Buffer.alloc(length);
      await handle.read(bytes, 0, length, at);
      return bytes.toString('utf8');
    } finally {
      await handle.close();
    }
  });
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => PreparedRow.parse(JSON.parse(line)));
}
