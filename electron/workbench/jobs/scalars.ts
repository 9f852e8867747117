import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type JobEvent, ScalarName, scalarNames } from '@shared/domain/job';
import { fileError } from '@workbench/project/file-errors';

/** Bytes of one point: step, seconds since the run's first start, value; little-endian doubles. */
const pointBytes = 24;
const flushEveryMs = 400;

/** Points of one scalar, columns run together, steps rising. */
export interface ScalarSeries {
  readonly step: Float64Array<ArrayBuffer>;
  readonly seconds: Float64Array<ArrayBuffer>;
  readonly value: Float64Array<ArrayBuffer>;
}

/** Appends scalars to `scalars/<name>.f64`, a few times a second rather than at every step. */
export class ScalarWriter {
  private readonly pending = new Map<string, number[]>();
  private readonly files = new Map<string, number>();
  private lastFlush = Date.now();

  /**
   * @param folder the job's `scalars` folder
   * @param firstStart epoch milliseconds of the run's first start
   */
  constructor(
    private readonly folder: string,
    private readonly firstStart: number,
  ) {
    // Here and never again: a folder that has gone since (its disk was pulled out) must not be made anew at the old place.
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw fileError(error, 'create', folder);
    }
  }

  /** Values that are not finite are left out: a chart cannot show them. */
  add(name: ScalarName, step: number, value: number): void {
    if (!Number.isFinite(value)) return;
    const points = this.pending.get(name) ?? [];
    points.push(step, (Date.now() - this.firstStart) / 1000, value);
    this.pending.set(name, points);
    if (Date.now() - this.lastFlush > flushEveryMs) this.flush();
  }

  /** Several values of one step. */
  addAll(step: number, values: Readonly<Partial<Record<ScalarName, number>>>): void {
    for (const name of scalarNames) {
      const value = values[name];
      if (value !== undefined) this.add(name, step, value);
    }
  }

  /** @throws AppError `no-space`, `permission` */
  flush(): void {
    for (const [name, points] of this.pending) {
      if (points.length === 0) continue;
      const bytes = Buffer.from(new Float64Array(points).buffer);
      const path = join(this.folder, `${name}.f64`);
      try {
        writeSync(this.open(path), bytes);
      } catch (error) {
        throw fileError(error, 'write', path);
      }
      points.length = 0;
    }
    this.lastFlush = Date.now();
  }

  close(): void {
    try {
      this.flush();
    } finally {
      for (const file of this.files.values()) closeSync(file);
      this.files.clear();
    }
  }

  private open(path: string): number {
    const held = this.files.get(path);
    if (held !== undefined) return held;
    const file = openSync(path, 'a');
    const { size } = fstatSync(file);
    if (size % pointBytes !== 0) ftruncateSync(file, size - (size % pointBytes)); // Torn by a crash.
    this.files.set(path, file);
    return file;
  }
}

/** Where each attempt began: what {@link readScalar} needs to drop what a resumed run did again. */
export interface AttemptMark {
  readonly fromStep: number;
  /** Seconds since the run's first start. */
  readonly seconds: number;
}

export function attemptMarks(events: readonly JobEvent[]): AttemptMark[] {
  const attempts = events.filter((event) => event.type === 'attempt');
  const first = attempts[0];
  if (!first) return [];
  return attempts.map((attempt) => ({
    fromStep: attempt.fromStep,
    seconds: (Date.parse(attempt.at) - Date.parse(first.at)) / 1000,
  }));
}

/** Names of the scalars a run has logged so far. */
export function scalarsIn(folder: string): ScalarName[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.f64'))
    .map((name) => ScalarName.safeParse(name.slice(0, -'.f64'.length)).data)
    .filter((name) => name !== undefined);
}

/** Size of a scalar's file in whole points; 0 without one. */
export function countPoints(folder: string, name: ScalarName): number {
  const path = join(folder, `${name}.f64`);
  if (!existsSync(path)) return 0;
  const file = openSync(path, 'r');
  try {
    return Math.floor(fstatSync(file).size / pointBytes);
  } finally {
    closeSync(file);
  }
}

/**
 * One curve. Points that an older attempt logged past the step from which a later one resumed are dropped, so steps rise
 * strictly; a torn tail is ignored.
 */
export function readScalar(folder: string, name: ScalarName, marks: readonly AttemptMark[]): ScalarSeries {
  const path = join(folder, `${name}.f64`);
  if (!existsSync(path)) return { step: new Float64Array(0), seconds: new Float64Array(0), value: new Float64Array(0) };
  const bytes = readFileSync(path);
  const points = Math.floor(bytes.length / pointBytes);
  const data = new Float64Array(new Uint8Array(bytes.subarray(0, points * pointBytes)).buffer);
  const step = new Float64Array(points);
  const seconds = new Float64Array(points);
  const value = new Float64Array(points);
  let kept = 0;
  let attempt = 0;
  for (let i = 0; i < points; i++) {
    const at = data[3 * i + 1] ?? 0;
    for (; attempt < marks.length && (marks[attempt]?.seconds ?? 0) <= at; attempt++)
      kept = dropPast(step, kept, marks[attempt]?.fromStep ?? 0);
    const pointStep = data[3 * i] ?? 0;
    kept = dropPast(step, kept, pointStep - 1);
    step[kept] = pointStep;
    seconds[kept] = at;
    value[kept] = data[3 * i + 2] ?? 0;
    kept++;
  }
  // An attempt that has logged nothing yet has still taken back what came after its start.
  for (; attempt < marks.length; attempt++) kept = dropPast(step, kept, marks[attempt]?.fromStep ?? 0);
  return { step: step.slice(0, kept), seconds: seconds.slice(0, kept), value: value.slice(0, kept) };
}

/** How many of the first `count` rising steps are at or below `last`. */
function dropPast(steps: Float64Array, count: number, last: number): number {
  let kept = count;
  while (kept > 0 && (steps[kept - 1] ?? 0) > last) kept--;
  return kept;
}

/** Points `from` (inclusive) to `to` of a scalar's file as they stand, nothing dropped. */
export function readScalarPoints(folder: string, name: ScalarName, from: number, to: number): ScalarSeries {
  const file = openSync(join(folder, `${name}.f64`), 'r');
  try {
    const data = new Float64Array(3 * Math.max(0, to - from));
    readSync(file, data, 0, data.byteLength, from * pointBytes);
    const column = (offset: number) =>
      Float64Array.from({ length: data.length / 3 }, (_, i) => data[3 * i + offset] ?? 0);
    return { step: column(0), seconds: column(1), value: column(2) };
  } finally {
    closeSync(file);
  }
}
