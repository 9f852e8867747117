import { existsSync, statSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { datasetRoot } from '@workbench/datasets/store';
import { cacheFolder } from '@workbench/project/app-folders';
import { columnsSnapshot, thumbnailFile, thumbnailSizes } from '@workbench/project/cached-files';
import { writeFileAtomic } from '@workbench/project/files';
import { jobFolder, jobIds } from '../job-folder';
import { type Erased, placeOf, type Step } from './step';

/** Stands in logs where a file's name stood. */
const erasedWord = '(erased)';

/** Names in logs of jobs, thumbnails and the index on this machine. */
export async function traceSteps(erased: Erased): Promise<Step[]> {
  return [...(await logSteps(erased)), ...thumbnailSteps(erased), indexStep(erased)];
}

async function logSteps({ project, paths }: Erased): Promise<Step[]> {
  const names = [...paths].sort((a, b) => b.length - a.length);
  const steps: Step[] = [];
  for (const id of jobIds(project))
    for (const file of ['log.txt', 'events.jsonl']) {
      const path = join(jobFolder(project, id).path, file);
      if (!existsSync(path)) continue;
      const lines = (await readFile(path, 'utf8')).split('\n');
      const isNamed = (line: string) => names.some((name) => line.includes(name));
      const count = lines.filter(isNamed).length;
      if (count === 0) continue;
      const clean = (line: string) => names.reduce((text, name) => text.replaceAll(name, erasedWord), line);
      steps.push({
        part: { what: 'logs', where: placeOf(project, path), count },
        run: () => writeFileAtomic(path, lines.map((line) => (isNamed(line) ? clean(line) : line)).join('\n')),
      });
    }
  return steps;
}

/** Thumbnails are named by the original as it is now; the size that was asked for may be any. */
function thumbnailSteps({ project, dataset, gone }: Erased): Step[] {
  if (!existsSync(join(cacheFolder(), 'thumbnails'))) return [];
  const root = datasetRoot(project, dataset);
  const files = gone.flatMap(({ path }) => {
    const original = join(root, path);
    if (!existsSync(original)) return [];
    const { size, mtimeMs } = statSync(original);
    return thumbnailSizes()
      .map((side) => thumbnailFile(original, size, mtimeMs, side))
      .filter(existsSync);
  });
  if (files.length === 0) return [];
  return [
    {
      part: { what: 'thumbnails', where: 'cache of this machine', count: files.length },
      run: async () => {
        for (const file of files) await rm(file, { force: true });
      },
    },
  ];
}

function indexStep({ project, index, dataset, before }: Erased): Step {
  return {
    part: {
      what: 'index',
      where: 'cache of this machine',
      count: before.length,
    },
    run: async () => {
      index.forget(dataset.id);
      await rm(columnsSnapshot(join(project.datasetFolder(dataset.id), 'items.jsonl')), { force: true });
    },
  };
}
