import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { ForeignSystem } from '@shared/domain/foreign-scores';
import { JobResult } from '@shared/domain/job';
import { z } from '@shared/zod';
import { listForeign } from '@workbench/evaluation/foreign/store';
import { readJsonIfPresent, writeFileAtomic, writeJson } from '@workbench/project/files';
import { jobFolder, jobIds } from '../job-folder';
import { type Erased, placeOf, type Step } from './step';

const Rows = z.array(z.array(z.string()));

/** A score file without the subject's rows. */
async function withoutSubject(
  path: string,
  { subject, paths, videos }: Erased,
): Promise<{ text: string; sha256: string; gone: number; rows: number }> {
  const [header = [], ...rows] = Rows.parse(parse(await readFile(path, 'utf8')));
  const cell = (row: readonly string[], name: string) => row[header.indexOf(name)] ?? '';
  const kept = rows.filter(
    (row) =>
      cell(row, 'subject') !== subject && !paths.has(cell(row, 'filename')) && !videos.has(cell(row, 'video_id')),
  );
  const text = stringify([header, ...kept]);
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { text, sha256, gone: rows.length - kept.length, rows: kept.length };
}

/**
 * Scores of the subject in the files of runs, of floors and of imported systems. What remembers a file's hash and rows is
 * brought up to date and says how many scores were erased, so that reports can say so.
 */
export async function scoreSteps(erased: Erased): Promise<Step[]> {
  return [...(await runSteps(erased)), ...(await foreignSteps(erased)), ...floorSteps(erased)];
}

async function runSteps(erased: Erased): Promise<Step[]> {
  const { project, dataset } = erased;
  const steps: Step[] = [];
  for (const id of jobIds(project)) {
    const folder = jobFolder(project, id);
    const scoresFolder = join(folder.path, 'scores');
    const files = ['last', 'best'].flatMap((epoch) =>
      ['dev', 'test'].map((set) => join(scoresFolder, epoch, `${dataset.id}.${set}.csv`)).filter(existsSync),
    );
    let count = 0;
    for (const path of files) count += (await withoutSubject(path, erased)).gone;
    if (count > 0)
      steps.push({
        part: { what: 'scores', where: placeOf(project, scoresFolder), count },
        run: () => eraseFromRun(erased, folder.path, files),
      });
  }
  return steps;
}

async function eraseFromRun(erased: Erased, folder: string, files: readonly string[]): Promise<void> {
  const resultFile = join(folder, 'result.json');
  const result = await readJsonIfPresent(resultFile, JobResult, 'result');
  for (const path of files) {
    const { text, sha256, gone, rows } = await withoutSubject(path, erased);
    if (gone === 0) continue;
    await writeFileAtomic(path, text);
    if (result?.kind !== 'train') continue;
    const place = path.slice(folder.length + 1).replaceAll('\\', '/');
    result.scores = result.scores.map((entry) =>
      entry.path === place ? { ...entry, sha256, rows, erased: (entry.erased ?? 0) + gone } : entry,
    );
    await writeJson(resultFile, result);
  }
}

async function foreignSteps(erased: Erased): Promise<Step[]> {
  const { project, dataset, paths, videos } = erased;
  const steps: Step[] = [];
  for (const system of await listForeign(project)) {
    const own = system.files.filter((file) => file.dataset === dataset.id);
    let count = 0;
    for (const { path } of own) count += (await withoutSubject(join(project.folder, path), erased)).gone;
    const folder = join(project.folder, 'scores', `foreign-${system.name}`);
    if (count === 0) continue;
    steps.push({
      part: { what: 'scores', where: placeOf(project, folder), count },
      run: async () => {
        const named = (id: string) => paths.has(id) || videos.has(id);
        const files: ForeignSystem['files'] = [];
        for (const file of system.files) {
          if (file.dataset !== dataset.id) {
            files.push(file);
            continue;
          }
          const { text, sha256, gone } = await withoutSubject(join(project.folder, file.path), erased);
          await writeFileAtomic(join(project.folder, file.path), text);
          const { missingIds, extraIds } = file.fit;
          const fit = {
            ...file.fit,
            missingIds: missingIds.filter((id) => !named(id)),
            extraIds: extraIds.filter((id) => !named(id)),
          };
          files.push({ ...file, fit, sha256, ...(gone > 0 ? { erased: (file.erased ?? 0) + gone } : {}) });
        }
        await writeJson(join(folder, 'foreign.json'), ForeignSystem.parse({ ...system, files }));
      },
    });
  }
  return steps;
}

const FloorSources = z.looseObject({ sources: z.record(z.string(), z.string()) });

/** Floors are made again when they are asked for: those fitted on the dataset go whole, others lose its files. */
function floorSteps({ project, dataset }: Erased): Step[] {
  const folder = join(project.folder, 'scores');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('floor-')) : [];
  return names.flatMap((name): Step[] => {
    const own = join(folder, name);
    const files = readdirSync(own).filter((file) => file.startsWith(`${dataset.id}.`) && file.endsWith('.csv'));
    if (files.length === 0) return [];
    return [
      {
        part: { what: 'scores', where: placeOf(project, own), count: files.length },
        run: async () => {
          const record = await readJsonIfPresent(join(own, 'floor.json'), FloorSources, 'floor');
          if (record && dataset.id in record.sources) await rm(own, { recursive: true, force: true });
          else for (const file of files) await rm(join(own, file), { force: true });
        },
      },
    ];
  });
}
