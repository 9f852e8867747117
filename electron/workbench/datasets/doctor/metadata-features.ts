import { extname } from 'node:path';
import { isBonaFide } from '@shared/domain/media-item';
import { type FeatureTable, featureTable } from '@workbench/probes/logistic';
import type { PreparedSampleRecord } from '../prepared-data';
import type { Fingerprints } from './fingerprints';

/** Values of a field that become a feature each; rarer ones share none. */
const mostValues = 16;

/** Logarithms of width and height, and of bytes a pixel, of each sample's file; null where none could be read. */
export function fileFeatures(
  records: readonly PreparedSampleRecord[],
  prints: Fingerprints,
): { resolution: FeatureTable; bytes: FeatureTable } | null {
  const known = records.map(({ index }) => ({ pixels: prints.pixels(index), size: prints.size(index) }));
  if (known.every(({ pixels }) => pixels === null)) return null;
  const rows = (of: (width: number, height: number, size: number) => number[]) =>
    featureTable(
      known.map(({ pixels, size }) =>
        Float64Array.from(of(pixels?.width ?? 1, pixels?.height ?? 1, Math.max(1, size))),
      ),
    );
  return {
    resolution: rows((width, height) => [Math.log(width), Math.log(height)]),
    bytes: rows((width, height, size) => [Math.log(size / (width * height))]),
  };
}

/**
 * What is noted of each sample besides its label: kind of file, device, session, and tags that both classes have; numbers as
 * numbers, everything else as one feature a value. A tag that only one class has describes the attack and is left out.
 */
export function metadataFeatures(records: readonly PreparedSampleRecord[]): FeatureTable | null {
  const columns = fieldsOf(records).flatMap(columnsOf);
  if (columns.length === 0) return null;
  return featureTable(records.map((_, row) => Float64Array.from(columns, (column) => column[row] ?? 0)));
}

type Field = readonly (string | null)[];

function fieldsOf(records: readonly PreparedSampleRecord[]): Field[] {
  const tags = new Map<string, Set<boolean>>();
  for (const { item } of records)
    for (const name of Object.keys(item.tags)) tags.set(name, (tags.get(name) ?? new Set()).add(isBonaFide(item)));
  const shared = [...tags].filter(([, classes]) => classes.size === 2).map(([name]) => name);
  return [
    records.map(({ item }) => extname(item.path).toLowerCase()),
    records.map(({ item }) => item.device),
    records.map(({ item }) => item.session),
    ...shared.sort().map((name) => records.map(({ item }) => item.tags[name] ?? null)),
  ];
}

function columnsOf(field: Field): Float64Array[] {
  const counts = new Map<string, number>();
  for (const value of field) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  if (counts.size === 0 || (counts.size === 1 && !field.includes(null))) return []; // Says nothing.
  const numbers = field.map((value) => (value === null || value.trim() === '' ? NaN : Number(value)));
  if (counts.size > 2 && numbers.every(Number.isFinite)) return [Float64Array.from(numbers)];
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, mostValues)
    .map(([wanted]) => Float64Array.from(field, (value) => (value === wanted ? 1 : 0)));
}
