import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SavedView } from '@shared/contract/channels';
import { DatasetCheck } from '@shared/domain/check';
import { Dataset } from '@shared/domain/dataset';
import { MarkLine } from '@shared/domain/marks';
import { setNames } from '@shared/domain/names';
import type { SetRule } from '@shared/domain/protocol';
import { z } from '@shared/zod';
import { Fingerprints, fingerprintsFile } from '@workbench/datasets/doctor/fingerprints';
import { describeItems } from '@workbench/datasets/import-dataset';
import { marksFile } from '@workbench/datasets/marks';
import { countRowsOf, eraseFromPrepared, preparedFolders } from '@workbench/datasets/privacy/erase-prepared';
import {
  protocolNames,
  readDatasetProtocols,
  readProtocol,
  saveProtocol,
  writeDatasetProtocols,
} from '@workbench/datasets/protocols/store';
import { listDatasetIds, writeDataset } from '@workbench/datasets/store';
import { readJsonIfPresent, readLines, writeFileAtomic, writeJson } from '@workbench/project/files';
import { type Erased, placeOf, type Step } from './step';

/** Crops, depth targets, fingerprints, checks: what was worked out of the subject's files. */
export async function derivedSteps({ project, dataset, before, after, ids }: Erased): Promise<Step[]> {
  const { whole, unfinished } = preparedFolders(project, dataset.id);
  const steps: Step[] = [];
  if (unfinished.length > 0)
    steps.push({
      part: { what: 'unfinished', where: placeOf(project, join(unfinished[0] ?? '', '..')), count: unfinished.length },
      run: async () => {
        for (const folder of unfinished) await rm(folder, { recursive: true, force: true });
      },
    });
  for (const folder of whole)
    steps.push({
      part: { what: 'samples', where: placeOf(project, folder), count: await countRowsOf(folder, ids) },
      run: () => eraseFromPrepared(folder, ids, before, after),
    });
  const prints = fingerprintsFile(project, dataset.id);
  if (existsSync(prints))
    steps.push({
      part: { what: 'fingerprints', where: placeOf(project, prints), count: ids.size },
      run: async () => {
        const kept = await Fingerprints.load(
          project,
          dataset.id,
          after.map(({ id }) => id),
        );
        await kept.save(project, dataset.id);
      },
    });
  for (const id of await listDatasetIds(project)) {
    const file = join(project.datasetFolder(id), 'check.json');
    const check = await readJsonIfPresent(file, DatasetCheck, `check of dataset ${id}`);
    const names = id === dataset.id || check?.findings.some(({ datasets }) => datasets.includes(dataset.id));
    if (check && names)
      steps.push({
        part: { what: 'check', where: placeOf(project, file), count: 1 },
        run: () => rm(file, { force: true }),
      });
  }
  const trash = join(project.folder, 'trash');
  const removed = (existsSync(trash) ? readdirSync(trash) : []).filter(
    (name) => name.startsWith(`dataset-${dataset.id}-`) && /^\d+$/.test(name.slice(`dataset-${dataset.id}-`.length)),
  );
  if (removed.length > 0)
    steps.push({
      part: { what: 'trash', where: 'trash', count: removed.length },
      run: async () => {
        for (const name of removed) await rm(join(trash, name), { recursive: true, force: true });
      },
    });
  return steps;
}

/** What people and importers have written down: lists of protocols, saved views, marks, and the list of items itself, last. */
export async function listedSteps(erased: Erased): Promise<Step[]> {
  return [
    ...(await protocolSteps(erased)),
    ...(await viewSteps(erased)),
    ...(await markSteps(erased)),
    itemsStep(erased),
  ];
}

async function protocolSteps({ project, dataset, paths }: Erased): Promise<Step[]> {
  const steps: Step[] = [];
  const listed = (sets: Readonly<Record<(typeof setNames)[number], SetRule>>) =>
    setNames.reduce((sum, set) => sum + (sets[set].paths ?? []).filter((path) => paths.has(path)).length, 0);
  const without = ({ paths: list, ...rule }: SetRule): SetRule =>
    list ? { ...rule, paths: list.filter((path) => !paths.has(path)) } : rule;
  const strip = <T extends { readonly sets: Record<(typeof setNames)[number], SetRule> }>(protocol: T): T => {
    const { train, dev, test } = protocol.sets;
    return { ...protocol, sets: { train: without(train), dev: without(dev), test: without(test) } };
  };
  const own = await readDatasetProtocols(project, dataset.id);
  const count = own.reduce((sum, { sets }) => sum + listed(sets), 0);
  if (count > 0)
    steps.push({
      part: { what: 'lists', where: `datasets/${dataset.id}/protocols.json`, count },
      run: () => writeDatasetProtocols(project, dataset.id, own.map(strip)),
    });
  for (const name of protocolNames(project)) {
    const protocol = await readProtocol(project, name);
    if (listed(protocol.sets) > 0)
      steps.push({
        part: { what: 'lists', where: `protocols/${name}.yaml`, count: listed(protocol.sets) },
        run: () => saveProtocol(project, strip(protocol)),
      });
  }
  return steps;
}

const ViewsFile = z.strictObject({ formatVersion: z.literal(1), views: z.array(SavedView) });

/** Views name samples by their line; those behind the subject's move up. */
async function viewSteps({ project, dataset, before, ids }: Erased): Promise<Step[]> {
  const file = join(project.folder, 'views.json');
  const found = await readJsonIfPresent(file, ViewsFile, 'list of views');
  if (!found) return [];
  let kept = 0;
  const lines = before.map(({ id }) => (ids.has(id) ? null : kept++));
  let [gone, moved] = [0, false];
  const views = found.views.map((view): SavedView => {
    const { only } = view.filter;
    if (!only) return view;
    const left = only.flatMap((sample) => {
      if (sample.dataset !== dataset.id) return [sample];
      const line = lines[sample.index];
      if (line === null || line === undefined) {
        gone++;
        return [];
      }
      moved ||= line !== sample.index;
      return [{ ...sample, index: line }];
    });
    return { ...view, filter: { ...view.filter, only: left } };
  });
  if (gone === 0 && !moved) return [];
  return [
    {
      part: { what: 'views', where: 'views.json', count: gone },
      run: () => writeJson(file, { formatVersion: 1, views }),
    },
  ];
}

const AnyLine = z.union([MarkLine, z.looseObject({ kind: z.string() })]);
const WithItems = z.looseObject({ items: z.array(z.string()) });

async function markSteps({ project, dataset, ids }: Erased): Promise<Step[]> {
  const file = marksFile(project, dataset.id);
  const lines = await readLines(file, AnyLine);
  let count = 0;
  const kept = lines.flatMap((line) => {
    const read = WithItems.safeParse(line);
    if (!read.success) return [line];
    const items = read.data.items.filter((id) => !ids.has(id));
    count += read.data.items.length - items.length;
    return items.length > 0 ? [{ ...line, items }] : [];
  });
  if (count === 0) return [];
  return [
    {
      part: { what: 'marks', where: placeOf(project, file), count },
      run: () => writeFileAtomic(file, kept.map((line) => `${JSON.stringify(line)}\n`).join('')),
    },
  ];
}

function itemsStep({ project, dataset, after, gone, paths }: Erased): Step {
  const names = (text: string) => [...paths].some((path) => text.includes(path));
  const findings = dataset.findings.filter(({ path, message }) => !(path !== null && names(path)) && !names(message));
  return {
    part: { what: 'items', where: `datasets/${dataset.id}/items.jsonl`, count: gone.length },
    run: () => writeDataset(project, Dataset.parse({ ...dataset, ...describeItems(after), findings }), after),
  };
}
