import { setImmediate } from 'node:timers/promises';
import type { ProbeName, ShortcutAudit, ShortcutResult } from '@shared/domain/check';
import { isBonaFide } from '@shared/domain/media-item';
import { createRandom } from '@shared/random';
import { aucBySubject, crossValidate, intraclassCorrelation } from '@workbench/probes/cross-validation';
import { type FeatureTable, featureTable } from '@workbench/probes/logistic';
import { asProbeCrop } from '@workbench/probes/pixels';
import { probes } from '@workbench/probes/probes';
import type { PreparedData, PreparedSampleRecord } from '../prepared-data';
import { personOf } from '../protocols/counts';
import type { Correlations } from './card';
import type { Fingerprints } from './fingerprints';
import { fileFeatures, metadataFeatures } from './metadata-features';

/** Samples that an audit measures at most; half of them bona fide where there are as many. */
export const mostSamples = 1000;
/** AUC that a trivial feature may reach before it is called a shortcut. */
export const shortcutBound = 0.8;
/** Samples between two looks at the signal. */
const breatheEvery = 8;

/**
 * What bounds which probe: texture and spectrum are what a network lives on, too, so they are floors; so are bytes, which
 * measure how much fine texture there is.
 */
const bounds: Readonly<Record<ProbeName, number | null>> = {
  colour: shortcutBound,
  border: shortcutBound,
  resolution: shortcutBound,
  metadata: shortcutBound,
  bytes: null,
  spectrum: null,
  lbp: null,
};

/** Features of some samples of a dataset, a row each. */
export interface Measured {
  readonly records: readonly PreparedSampleRecord[];
  /** 1 bona fide. */
  readonly labels: readonly number[];
  readonly people: readonly string[];
  readonly tables: ReadonlyMap<ProbeName, { readonly title: string; readonly table: FeatureTable }>;
}

export interface MeasureOptions {
  readonly most?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Samples that a dataset would be measured by: as many of each class as there are, people in turn, always the same ones. */
export function samplesToMeasure({ samples }: PreparedData, most = mostSamples): PreparedSampleRecord[] {
  const perClass = Math.ceil(most / 2);
  const picked = [true, false].flatMap((bonaFide) => {
    const byPerson = new Map<string, PreparedSampleRecord[]>();
    const own = samples.filter(({ item }) => isBonaFide(item) === bonaFide);
    for (const record of createRandom(`audit ${bonaFide}`).shuffle(own)) {
      const known = byPerson.get(personOf(record.item));
      if (known) known.push(record);
      else byPerson.set(personOf(record.item), [record]);
    }
    const taken: PreparedSampleRecord[] = [];
    for (let round = 0; taken.length < Math.min(perClass, own.length); round++)
      for (const records of byPerson.values()) {
        const record = records[round];
        if (record && taken.length < perClass) taken.push(record);
      }
    return taken;
  });
  return picked.sort((a, b) => a.row - b.row);
}

/** Measures everything trivial about a dataset's samples: their crops, their files, and what is noted of them. */
export async function measure(
  data: PreparedData,
  prints: Fingerprints,
  { most, signal, onProgress }: MeasureOptions = {},
): Promise<Measured> {
  const records = samplesToMeasure(data, most);
  const rows = new Map(probes.map(({ name }) => [name, [] as Float64Array[]]));
  const { cropSize } = data.info.recipe;
  for (const [index, { row }] of records.entries()) {
    if (index % breatheEvery === 0) {
      onProgress?.(index, records.length);
      await setImmediate();
      signal?.throwIfAborted();
    }
    const crop = asProbeCrop({ width: cropSize, height: cropSize, data: data.crop(row) });
    for (const probe of probes) rows.get(probe.name)?.push(probe.measure(crop));
  }
  onProgress?.(records.length, records.length);
  const tables = new Map<ProbeName, { title: string; table: FeatureTable }>();
  if (records.length > 0)
    for (const { name, title } of probes) tables.set(name, { title, table: featureTable(rows.get(name) ?? []) });
  const files = fileFeatures(records, prints);
  if (files) {
    tables.set('resolution', { title: 'width and height', table: files.resolution });
    tables.set('bytes', { title: 'bytes a pixel of the file', table: files.bytes });
  }
  const metadata = metadataFeatures(records);
  if (metadata) tables.set('metadata', { title: 'device, session and notes', table: metadata });
  return {
    records,
    labels: records.map(({ item }) => (isBonaFide(item) ? 1 : 0)),
    people: records.map(({ item }) => personOf(item)),
    tables,
  };
}

/** How well each probe tells the classes apart on people whom it has not seen. */
export async function audit(
  { labels, people, tables }: Measured,
  signal?: AbortSignal,
): Promise<{ audit: ShortcutAudit; correlations: Correlations }> {
  const results: ShortcutResult[] = [];
  let correlations: Correlations = { bonaFide: null, attack: null };
  let note: string | null = null;
  for (const [probe, { title, table }] of tables) {
    await setImmediate();
    signal?.throwIfAborted();
    const scores = crossValidate(table, labels, people);
    const measured = scores && aucBySubject(scores, labels, people);
    if (!scores || !measured) {
      note = 'Too few people or samples of a class to leave some out and measure on them.';
      results.push({ probe, title, auc: null, interval: null, bound: bounds[probe] });
      continue;
    }
    results.push({ probe, title, auc: measured.auc, interval: [...measured.interval], bound: bounds[probe] });
    if (probe === 'lbp')
      correlations = {
        bonaFide: correlationOf(scores, labels, people, 1),
        attack: correlationOf(scores, labels, people, 0),
      };
  }
  return {
    audit: { samples: labels.length, subjects: new Set(people).size, results, note },
    correlations,
  };
}

function correlationOf(
  scores: Float64Array,
  labels: readonly number[],
  people: readonly string[],
  label: number,
): number | null {
  const rows = labels.flatMap((own, row) => (own === label ? [row] : []));
  return intraclassCorrelation(
    rows.map((row) => scores[row] ?? 0),
    rows.map((row) => people[row] ?? ''),
  );
}
