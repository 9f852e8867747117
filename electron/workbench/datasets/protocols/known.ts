import type { KnownProtocol } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import { carvedDev } from '@shared/domain/protocol';
import type { Project } from '@workbench/project/project';
import { listDatasetIds } from '../store';
import { protocolNames, protocolOfDataset, readDatasetProtocols, readProtocol } from './store';

/** Every protocol that an experiment can name: the project's, those of its datasets, and the one that is always there. */
export async function knownProtocols(project: Project): Promise<KnownProtocol[]> {
  const own: KnownProtocol[] = [];
  for (const name of protocolNames(project)) {
    try {
      const { title, datasets, carve } = await readProtocol(project, name);
      own.push({ name, title, origin: 'project', datasets, from: null, carves: carve !== null, problem: null });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const problem = error.message;
      own.push({ name, title: '', origin: 'project', datasets: [], from: null, carves: false, problem });
    }
  }
  const ofDatasets: KnownProtocol[] = [];
  for (const dataset of await listDatasetIds(project))
    for (const protocol of await readDatasetProtocols(project, dataset)) {
      const { name, title, datasets, carve } = protocolOfDataset(dataset, protocol);
      const { from } = protocol;
      ofDatasets.push({ name, title, origin: 'dataset', datasets, from, carves: carve !== null, problem: null });
    }
  const { name, title } = carvedDev;
  return [
    ...own,
    ...ofDatasets,
    { name, title, origin: 'built-in', datasets: [], from: null, carves: true, problem: null },
  ];
}
