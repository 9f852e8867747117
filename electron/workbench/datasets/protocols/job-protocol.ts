import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Protocol, type ProtocolRules } from '@shared/domain/protocol';
import { readJsonIfPresent, writeJson } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import type { PreparedData } from '../prepared-data';
import { openPrepared, readItems } from '../store';
import { divisionOf } from './division';

/** The protocol of a run lies in its folder as it stood when the run was queued: editing it later changes no run. */
const fileName = 'protocol.json';

/** @param folder of the job. @returns undefined for a run over the datasets' own sets */
export function readJobProtocol(folder: string): Promise<Protocol | undefined> {
  return readJsonIfPresent(join(folder, fileName), Protocol, 'protocol of a run');
}

export function writeJobProtocol(folder: string, protocol: Protocol): Promise<void> {
  return writeJson(join(folder, fileName), protocol);
}

/** Names what a protocol does, whatever it is called: the same rules give the same name. */
export function rulesHash({ datasets, sets, carve }: ProtocolRules): string {
  return createHash('sha256')
    .update(JSON.stringify([[...datasets].sort(), sets.train, sets.dev, sets.test, carve]))
    .digest('hex')
    .slice(0, 16);
}

/** As `openPrepared`, with the sets that a protocol gives; samples that it leaves out are not there. */
export async function openDivided(
  project: Project,
  id: string,
  protocol: ProtocolRules | null | undefined,
): Promise<PreparedData> {
  const data = await openPrepared(project, id);
  return protocol ? divided(data, protocol, project) : data;
}

async function divided(data: PreparedData, rules: ProtocolRules, project: Project): Promise<PreparedData> {
  const { id } = data.dataset;
  const { sets } = divisionOf(rules, id, await readItems(project, id));
  const under = <T extends PreparedData['failed'][number] | PreparedData['samples'][number]>(records: readonly T[]) =>
    records.flatMap((record) => {
      const set = sets[record.index];
      return set ? [{ ...record, item: { ...record.item, set } }] : [];
    });
  return { ...data, samples: under(data.samples), failed: under(data.failed) };
}
