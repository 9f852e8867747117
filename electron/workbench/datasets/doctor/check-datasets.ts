import { existsSync } from 'node:fs';
import type { CheckFinding, DatasetCheck } from '@shared/domain/check';
import type { Dataset } from '@shared/domain/dataset';
import type { MediaItem } from '@shared/domain/media-item';
import { AppError } from '@shared/contract/errors';
import type { Project } from '@workbench/project/project';
import { reliefVersion } from '@workbench/project/version';
import { readMarks } from '../marks';
import type { PreparedData } from '../prepared-data';
import { listDatasetIds, openPrepared, readDataset, readItems } from '../store';
import { audit, measure, mostSamples, samplesToMeasure } from './audit';
import { cardOf, type Correlations } from './card';
import { stateOfDataset, writeCheck } from './check-store';
import { copyFindings, type Shelf } from './copy-findings';
import { findCopies, type Pair } from './copies';
import { finding } from './finding';
import { Fingerprints, fingerprintsFile } from './fingerprints';
import {
  countFindings,
  damageFindings,
  depthFindings,
  fileFindings,
  nameFindings,
  paperFindings,
  shortcutFindings,
} from './item-findings';
import { familyOf, findLeaks } from './leaks';
import { leakFindings } from './leak-findings';
import { type Judged, judgedOf, oppositeDatasets, oppositeSets } from './polarity';
import { takeFingerprints, type TakenFingerprints } from './take-fingerprints';

export interface CheckProgress {
  readonly phase: string;
  readonly done: number;
  readonly steps: number;
}

export interface CheckOptions {
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CheckProgress) => void;
}

/** Measuring a crop takes about as long as reading this many files. */
const measureCost = 3;

/**
 * Checks datasets: files, copies, leaks within and between them, labels, depth targets, shortcuts. What is found is kept with
 * each dataset. Datasets of the project that are not named are only looked at as far as they share something with the named.
 * @returns the checks, in the order of the names
 * @throws AppError `not-found` for an unknown dataset, `cancelled` after a stop (files that are read are not read again)
 */
export async function checkDatasets(
  project: Project,
  names: readonly string[],
  { threads = 0, signal, onProgress }: CheckOptions = {},
): Promise<DatasetCheck[]> {
  const bench = await Promise.all(names.map((id) => layOut(project, id)));
  const steps = bench.reduce((sum, { work }) => sum + work, 0);
  let before = 0;
  try {
    const looked: Looked[] = [];
    for (const one of bench) {
      const tell = (phase: string) => (done: number) => {
        onProgress?.({ phase, done: Math.min(steps, before + done), steps: Math.max(1, steps) });
      };
      looked.push(await lookAt(project, one, { threads, signal, tell }));
      before += one.work;
    }
    onProgress?.({ phase: 'comparing', done: steps, steps: Math.max(1, steps) });
    return await compare(project, looked, signal);
  } catch (error) {
    if (signal?.aborted === true && !(error instanceof AppError))
      throw new AppError('cancelled', 'The check was stopped; files that are read are not read again.');
    throw error;
  } finally {
    for (const { data } of bench) data?.close();
  }
}

/** A dataset before it is looked at. */
interface Bench {
  readonly dataset: Dataset;
  readonly items: readonly MediaItem[];
  readonly excluded: ReadonlyMap<string, string>;
  /** Null before it is prepared. */
  readonly data: PreparedData | null;
  /** What is wrong with its prepared files. */
  readonly damage: string | null;
  readonly state: string;
  readonly work: number;
}

async function layOut(project: Project, id: string): Promise<Bench> {
  const dataset = await readDataset(project, id);
  const items = await readItems(project, id);
  const { data, damage } = await preparedOf(project, id);
  const measured = data ? Math.min(mostSamples, samplesToMeasure(data).length) : 0;
  return {
    ...{ dataset, items, data, damage, state: await stateOfDataset(project, id) },
    excluded: (await readMarks(project, id)).excluded,
    work: items.length + measureCost * measured,
  };
}

async function preparedOf(project: Project, id: string): Promise<Pick<Bench, 'data' | 'damage'>> {
  try {
    return { data: await openPrepared(project, id), damage: null };
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') return { data: null, damage: null };
    if (error instanceof AppError && error.code === 'invalid') return { data: null, damage: error.message };
    throw error;
  }
}

interface Looked extends Bench {
  readonly taken: TakenFingerprints;
  readonly findings: readonly CheckFinding[];
  readonly shortcuts: DatasetCheck['shortcuts'];
  readonly correlations: Correlations;
  readonly judged: Judged | null;
}

const notPrepared: DatasetCheck['shortcuts'] = {
  samples: 0,
  subjects: 0,
  results: [],
  note: 'Not prepared yet: shortcuts and depth targets are looked for in its faces.',
};

/** Everything about a dataset by itself. */
async function lookAt(
  project: Project,
  bench: Bench,
  how: {
    threads: number;
    signal: AbortSignal | undefined;
    tell: (phase: string) => (done: number) => void;
  },
): Promise<Looked> {
  const { dataset, items, excluded, data } = bench;
  const { threads, signal, tell } = how;
  const taken = await takeFingerprints(project, dataset.id, items, {
    ...{ threads, signal },
    onProgress: tell(`files ${dataset.id}`),
  });
  // What a person left out is not told again.
  const kept = items.filter(({ id }) => !excluded.has(id));
  const findings = [
    ...fileFindings(dataset, items, taken).flatMap((found) => withoutExcluded(found, excluded)),
    ...countFindings(dataset, items),
    ...nameFindings(dataset, kept),
    ...paperFindings(dataset, items),
    ...damageFindings(dataset, bench.damage),
  ];
  const none: Correlations = { bonaFide: null, attack: null };
  if (!data) return { ...bench, taken, findings, shortcuts: notPrepared, correlations: none, judged: null };
  findings.push(...depthFindings(data));
  const told = tell(`shortcuts ${dataset.id}`);
  const measured = await measure(data, taken.prints, {
    signal,
    onProgress: (done) => {
      told(items.length + measureCost * done);
    },
  });
  const { audit: shortcuts, correlations } = await audit(measured, signal);
  findings.push(...shortcutFindings(dataset.id, shortcuts));
  const judged = judgedOf(dataset.id, measured);
  if (judged) findings.push(...oppositeSets(judged));
  return { ...bench, taken, findings, shortcuts, correlations, judged };
}

/** A finding about files of which a person has left out all says nothing new. */
function withoutExcluded(found: CheckFinding, excluded: ReadonlyMap<string, string>): CheckFinding[] {
  return found.evidence.every(({ item }) => excluded.has(item)) ? [] : [found];
}

/** Everything between datasets; writes the checks. */
async function compare(
  project: Project,
  looked: readonly Looked[],
  signal: AbortSignal | undefined,
): Promise<DatasetCheck[]> {
  const others = await othersOf(
    project,
    looked.map(({ dataset }) => dataset.id),
  );
  const all = [...looked.map(({ taken, ...one }) => ({ ...one, prints: taken.prints })), ...others];
  const left = leftOut(all);
  const copies = await findCopies(
    all.map(({ prints }) => prints),
    { signal, skip: (place) => left[place] === 1 },
  );
  const shelf = all.flatMap(({ dataset, items }) => items.map((item): Shelf => ({ dataset: dataset.id, item })));
  const leaks = findLeaks(
    all.map(({ dataset, items, excluded }) => ({
      ...{ dataset: dataset.id, family: familyOf(dataset), items },
      sets: items.map(({ id, set }) => (excluded.has(id) ? null : set)),
    })),
    copies,
  );
  const between = [
    ...copyFindings(shelf, copies),
    ...leakFindings(leaks),
    ...oppositeDatasets(looked.flatMap(({ judged }) => judged ?? [])),
    ...(copies.more ? [notAllSearched(looked)] : []),
  ];
  const checks: DatasetCheck[] = [];
  let start = 0;
  for (const { dataset, items, state, findings, shortcuts, correlations } of looked) {
    const own = dataset.id;
    const check: DatasetCheck = {
      ...{ formatVersion: 1, dataset: own, checkedAt: new Date().toISOString(), relief: reliefVersion(), list: state },
      files: items.length,
      card: cardOf(dataset, items, placesWithin([...copies.same, ...copies.near], start, items.length), correlations),
      shortcuts,
      findings: [...findings, ...between.filter(({ datasets }) => keeperOf(datasets, looked) === own)].sort(
        (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity),
      ),
    };
    checks.push(check);
    await writeCheck(project, check);
    start += items.length;
  }
  return checks;
}

const severities: readonly CheckFinding['severity'][] = ['error', 'warning', 'info'];

/** Of the datasets that a finding is about, the first that is checked now keeps it. */
function keeperOf(datasets: readonly string[], looked: readonly Looked[]): string | undefined {
  return datasets.find((id) => looked.some(({ dataset }) => dataset.id === id));
}

interface Other extends Pick<Bench, 'dataset' | 'items' | 'excluded'> {
  readonly prints: Fingerprints;
}

/** Datasets of the project that are not checked now but have been looked at before. */
async function othersOf(project: Project, checked: readonly string[]): Promise<Other[]> {
  const ids = (await listDatasetIds(project)).filter(
    (id) => !checked.includes(id) && existsSync(fingerprintsFile(project, id)),
  );
  return Promise.all(
    ids.map(async (id) => {
      const items = await readItems(project, id);
      const prints = await Fingerprints.load(
        project,
        id,
        items.map((item) => item.id),
      );
      return {
        ...{ dataset: await readDataset(project, id), items, prints },
        excluded: (await readMarks(project, id)).excluded,
      };
    }),
  );
}

/** 1 for each place whose item a person has left out. */
function leftOut(all: readonly Pick<Bench, 'items' | 'excluded'>[]): Uint8Array {
  return Uint8Array.from(all.flatMap(({ items, excluded }) => items.map(({ id }) => (excluded.has(id) ? 1 : 0))));
}

function placesWithin(pairs: readonly Pair[], start: number, count: number): Pair[] {
  const isIn = (place: number) => place >= start && place < start + count;
  return pairs.flatMap(([a, b]): Pair[] => (isIn(a) && isIn(b) ? [[a - start, b - start]] : []));
}

function notAllSearched(looked: readonly Looked[]): CheckFinding {
  return finding({
    kind: 'not-searched',
    severity: 'info',
    datasets: looked.map(({ dataset }) => dataset.id),
    message:
      'So many pictures look alike that not all pairs were compared; there may be more near copies than are told.',
    advice: 'Check datasets one by one, or exclude sequences of nearly equal frames.',
    items: 0,
  });
}
