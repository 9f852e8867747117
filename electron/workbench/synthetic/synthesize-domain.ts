import { join } from 'node:path';
import type { SynthesisOptions } from '@shared/domain/dataset';
import { writeFileAtomic } from '@workbench/project/files';
import { planDomain } from './plan';
import type { SynthesisRecord } from './record';
import { drawSubjects } from './synthesis-pool';
import { DEPTH_SIDE } from './true-depth';

export interface SynthesisProgress {
  readonly done: number;
  readonly total: number;
}

export interface SynthesisRun extends SynthesisOptions {
  /** Made when missing. */
  readonly outputFolder: string;
  /** Worker threads; 0 draws in this thread. The bytes do not depend on it. */
  readonly threads: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SynthesisProgress) => void;
}

/** A drawn domain. */
export interface SynthesisResult {
  /** Subject by subject, bona fide pictures first. */
  readonly records: readonly SynthesisRecord[];
  /** `[bona fide pictures, 32, 32]`; `record.trueDepth` is the row. */
  readonly trueDepth: Uint8Array;
}

/** Names of what lies beside the pictures. */
export const synthesisFiles = { records: 'records.jsonl', trueDepth: 'true-depth.u8' } as const;

/**
 * Draws a synthetic domain: `<set>/<subject>/<kind>_<n>.jpg` (the camera's whole frame; the face crop is in the
 * record), `records.jsonl` and `true-depth.u8`. The same options give the same bytes. A run that was killed goes on
 * where it was: subjects that are drawn whole are kept, nothing is drawn twice under two names.
 *
 * @throws AppError `cancelled` after the signal, `no-space` or `permission` naming the file, `not-found` without the
 *   canonical face or, with threads, without the built worker
 */
export async function synthesizeDomain(run: SynthesisRun): Promise<SynthesisResult> {
  const { domain, subjects, bonaFideImages, strength, seed, outputFolder } = run;
  const options: SynthesisOptions = { domain, subjects, bonaFideImages, strength, seed };
  const tasks = planDomain(options).map((subject) => ({ options, subject, outputFolder }));
  const total = tasks.reduce((sum, task) => sum + task.subject.images.length, 0);
  let done = 0;
  const drawn = await drawSubjects(tasks, {
    threads: run.threads,
    signal: run.signal,
    onImage: () => run.onProgress?.({ done: ++done, total }),
  });
  const records: SynthesisRecord[] = [];
  const maps: Uint8Array[] = [];
  let rows = 0;
  for (const subject of drawn) {
    for (const record of subject.records)
      records.push(record.trueDepth === null ? record : { ...record, trueDepth: rows + record.trueDepth });
    maps.push(subject.trueDepth);
    rows += subject.trueDepth.length / (DEPTH_SIDE * DEPTH_SIDE);
  }
  const trueDepth = Buffer.concat(maps);
  await writeFileAtomic(join(outputFolder, synthesisFiles.trueDepth), trueDepth);
  const lines = records.map((record) => `${JSON.stringify(record)}\n`).join('');
  await writeFileAtomic(join(outputFolder, synthesisFiles.records), lines);
  return { records, trueDepth };
}
