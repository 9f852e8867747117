import { AppError } from '@shared/contract/errors';
import { type Finding, LayoutName } from '@shared/domain/dataset';
import type { ImportPreview, ListColumn } from '@shared/domain/import-preview';
import { importers } from '.';
import type { ImportRequest } from '../import-dataset';
import { carveSets, setsAreGiven } from '../split';
import { countSets } from '../store';
import { readTable } from './csv';
import type { ListedItem, Listing } from './importer';
import { checkPolarity } from './polarity-words';

/** Findings and items that are shown. */
const shownFindings = 200;
const shownItems = 8;
/** Different values of a column that are listed. */
const shownValues = 12;

const nothing: Omit<ImportPreview, 'problem' | 'columns'> = {
  items: 0,
  subjects: 0,
  attackTypes: [],
  counts: {},
  split: 'given',
  expected: [],
  polarity: null,
  protocols: [],
  findings: [],
  findingCounts: { error: 0, warning: 0, info: 0 },
  examples: [],
};

/**
 * What an import would take in, with what is missing and what is odd about it. Reads names and lists; the files themselves are
 * opened by the import alone. A source that cannot be read as asked is told as a problem, with a list's columns beside it.
 */
export async function previewImport({ path, importer, root, columns }: ImportRequest): Promise<ImportPreview> {
  const table = importer === 'csv' ? await columnsOf(path) : null;
  try {
    const listing = await importers[importer](path, { root, columns });
    const polarity = LayoutName.safeParse(importer).success ? [] : checkPolarity(path, listing.items);
    return { problem: null, columns: table, ...summaryOf(listing, [...polarity, ...listing.findings]) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { problem: error.message, columns: table, ...nothing };
  }
}

function summaryOf(listing: Listing, all: readonly Finding[]): typeof nothing {
  const { items, expected = [], polarity = null, protocols = [] } = listing;
  const sets = carveSets(items);
  const order = { error: 0, warning: 1, info: 2 } as const;
  const count = (severity: Finding['severity']) => all.filter((finding) => finding.severity === severity).length;
  return {
    items: items.length,
    subjects: new Set(items.map((item) => item.subject ?? `item ${item.path}`)).size,
    attackTypes: [...new Set(items.flatMap(({ attackType }) => attackType ?? []))].sort(),
    counts: countSets(items.map((item, index) => ({ ...item, set: sets[index] ?? 'train' }))),
    split: setsAreGiven(items) ? 'given' : 'carved',
    expected: [...expected],
    polarity,
    protocols: protocols.map(({ name }) => name),
    findings: [...all].sort((a, b) => order[a.severity] - order[b.severity]).slice(0, shownFindings),
    findingCounts: { error: count('error'), warning: count('warning'), info: count('info') },
    examples: examplesOf(items),
  };
}

function examplesOf(items: readonly ListedItem[]): ImportPreview['examples'] {
  const wanted = Math.min(shownItems, items.length);
  return Array.from(
    { length: wanted },
    (_, index) => items[Math.floor(((index + 0.5) * items.length) / wanted)],
  ).flatMap((item) =>
    item ? [{ path: item.path, subject: item.subject, set: item.set, attackType: item.attackType }] : [],
  );
}

/** A list's columns with some of their values; null where it is no table at all. */
async function columnsOf(file: string): Promise<ListColumn[] | null> {
  try {
    const { header, rows } = await readTable(file);
    return header.map((name, index) => {
      const values = new Set(rows.map(({ values: cells }) => cells[index]?.trim() ?? ''));
      return { name, values: [...values].slice(0, shownValues), distinct: values.size };
    });
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
