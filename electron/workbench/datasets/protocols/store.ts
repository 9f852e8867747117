import { existsSync, readdirSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument, stringify } from 'yaml';
import { AppError } from '@shared/contract/errors';
import { setNames, SlugName } from '@shared/domain/names';
import { carvedDev, DatasetProtocol, Protocol, type SetRule } from '@shared/domain/protocol';
import { parseQuery } from '@shared/query/parse';
import { z } from '@shared/zod';
import { withFileErrors } from '@workbench/project/file-errors';
import { readJsonIfPresent, refuseNewerFormat, writeFileAtomic, writeJson } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';

const extension = '.yaml';
/** Protocol files are small; a list of paths may make one longer. */
const mostBytes = 64 * 1024 * 1024;

const folderOf = (project: Pick<Project, 'folder'>) => join(project.folder, 'protocols');
const fileOf = (project: Pick<Project, 'folder'>, name: string) =>
  join(folderOf(project), `${SlugName.parse(name)}${extension}`);
const ofDataset = (project: Project, dataset: string) => join(project.datasetFolder(dataset), 'protocols.json');

/** Names of the project's own protocols, sorted. */
export function protocolNames(project: Pick<Project, 'folder'>): string[] {
  const folder = folderOf(project);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(extension))
    .map((name) => name.slice(0, -extension.length))
    .filter((name) => SlugName.safeParse(name).success)
    .sort();
}

/** The protocols that came with a dataset. */
export async function readDatasetProtocols(project: Project, dataset: string): Promise<DatasetProtocol[]> {
  return (await readJsonIfPresent(ofDataset(project, dataset), z.array(DatasetProtocol), 'protocols')) ?? [];
}

export async function writeDatasetProtocols(
  project: Project,
  dataset: string,
  protocols: readonly DatasetProtocol[],
): Promise<void> {
  if (protocols.length > 0) await writeJson(ofDataset(project, dataset), z.array(DatasetProtocol).parse(protocols));
}

/**
 * A protocol by the name that an experiment gives: one of the project's, `carved-dev`, or `<dataset>.<protocol>` for one that
 * came with a dataset.
 * @throws AppError `not-found` naming those that are there; `invalid` naming file and field
 */
export async function readProtocol(project: Project, name: string): Promise<Protocol> {
  if (SlugName.safeParse(name).success && existsSync(fileOf(project, name)))
    return readProtocolFile(fileOf(project, name));
  if (name === carvedDev.name) return carvedDev;
  for (let dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
    const [dataset, inside] = [name.slice(0, dot), name.slice(dot + 1)];
    if (!SlugName.safeParse(dataset).success || !existsSync(ofDataset(project, dataset))) continue;
    const found = (await readDatasetProtocols(project, dataset)).find((protocol) => protocol.name === inside);
    if (found) return protocolOfDataset(dataset, found);
  }
  const known = [...protocolNames(project), carvedDev.name];
  throw new AppError(
    'not-found',
    `There is no protocol "${name}"; there are ${known.join(', ')} and those of datasets, as in "oulu.P1".`,
    { protocol: name },
  );
}

/** A dataset's protocol as one of the project, under `<dataset>.<name>`. */
export function protocolOfDataset(dataset: string, { name, title, sets, carve }: DatasetProtocol): Protocol {
  return {
    formatVersion: 1,
    name: `${dataset}.${name}`.slice(0, 64),
    title,
    notes: '',
    datasets: [dataset],
    sets,
    carve,
  };
}

/** @throws AppError `invalid` naming file, line and field */
export async function readProtocolFile(file: string): Promise<Protocol> {
  const text = await withFileErrors('read protocol', file, () => readFile(file, 'utf8'));
  return parseProtocol(text, file);
}

export function parseProtocol(text: string, place: string): Protocol {
  if (text.length > mostBytes) throw new AppError('invalid', `${place} is longer than any protocol.`);
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) {
    const line = error.linePos?.[0].line;
    throw new AppError(
      'invalid',
      `${place}${line === undefined ? '' : `:${line}`}: ${error.message.split('\n')[0] ?? ''}`,
      {
        path: place,
      },
    );
  }
  const value: unknown = document.toJS({ maxAliasCount: 0 });
  refuseNewerFormat(value, place, 'protocol');
  const parsed = Protocol.safeParse(value);
  if (parsed.success) return withReadableRules(parsed.data, place);
  const issue = parsed.error.issues[0];
  const field = issue?.path.map(String).join('.') ?? '';
  throw new AppError(
    'invalid',
    `${place}${field === '' ? '' : `, field ${field}`}: ${issue?.message ?? 'unexpected form'}.`,
    {
      path: place,
      field,
    },
  );
}

/** @throws AppError `invalid` naming the set whose query cannot be read */
function withReadableRules(protocol: Protocol, place: string): Protocol {
  for (const set of setNames) {
    try {
      parseQuery(protocol.sets[set].where ?? '');
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const field = `sets.${set}.where`;
      throw new AppError('invalid', `${place}, field ${field}: ${error.message}`, {
        ...error.data,
        path: place,
        field,
      });
    }
  }
  return protocol;
}

/** Writes a protocol under its name. @throws AppError `conflict` for a name that stands for another thing */
export async function saveProtocol(project: Project, protocol: Protocol): Promise<void> {
  project.assertWritable();
  if (protocol.name === carvedDev.name)
    throw new AppError('conflict', `"${carvedDev.name}" is always there; give the protocol another name.`);
  await writeFileAtomic(
    fileOf(project, protocol.name),
    stringify(withoutEmpty(Protocol.parse(protocol)), { lineWidth: 110 }),
  );
}

/** As a person would write it: without the parts of a rule that say nothing. */
function withoutEmpty(protocol: Protocol) {
  const plain = ({ any, ...rest }: SetRule) => (any.length === 0 ? rest : { any, ...rest });
  const { train, dev, test } = protocol.sets;
  return { ...protocol, sets: { train: plain(train), dev: plain(dev), test: plain(test) } };
}

/** Moves a protocol's file to the project's trash. */
export async function removeProtocol(project: Project, name: string): Promise<void> {
  project.assertWritable();
  const file = fileOf(project, name);
  if (!existsSync(file)) throw new AppError('not-found', `There is no protocol "${name}" in this project.`);
  await withFileErrors('remove', file, async () => {
    const trash = join(project.folder, 'trash');
    await writeFileAtomic(join(trash, '.keep'), '');
    await rename(file, join(trash, `protocol-${name}-${Date.now()}${extension}`));
  });
}
