import type { DatasetSummary, WorkbenchContract } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import type { Implementation } from '@shared/contract/peer';
import { importDataset } from '@workbench/datasets/import-dataset';
import { previewImport } from '@workbench/datasets/importers/preview-import';
import { recogniseSource } from '@workbench/datasets/importers/recognise-source';
import { noteLicence } from '@workbench/datasets/privacy/licences';
import { listDatasetIds, readDataset, removeDataset } from '@workbench/datasets/store';
import { createJobs, type JobDraft } from '@workbench/jobs/create';
import { preparedCounts } from '@workbench/jobs/launch';
import { prepareJob, sampleJob } from '@workbench/jobs/sample-project';
import type { OpenProject, Workbench } from './workbench';

type Channels = Extract<keyof WorkbenchContract, `datasets.${string}`>;

/** `datasets.*`. */
export function datasetChannels(workbench: Workbench): Pick<Implementation<WorkbenchContract>, Channels> {
  const { grants } = workbench.options;

  const queue = async ({ project }: OpenProject, draft: JobDraft): Promise<string> => {
    const [job] = await createJobs(project, [draft]);
    if (job === undefined) throw new Error('a job was created without an id');
    workbench.advance();
    return job;
  };

  return {
    'datasets.list': async () => {
      const open = workbench.current();
      const ids = await listDatasetIds(open.project);
      return Promise.all(ids.map((id) => summaryOf(open, id)));
    },
    'datasets.recognise': async ({ path }) => {
      grants.check(path);
      return { candidates: await recogniseSource(path) };
    },
    'datasets.preview': async ({ path, importer, root, columns }) => {
      grants.check(path);
      if (root !== undefined) grants.check(root);
      return previewImport({ path, importer, root, columns });
    },
    'datasets.import': async ({ path, importer, name, root, columns, prepare }) => {
      grants.check(path);
      if (root !== undefined) grants.check(root);
      const open = workbench.current();
      const dataset = await importDataset(open.project, { path, importer, name, root, columns });
      const job = prepare ? await queue(open, await prepareJob(open.project, [dataset.id])) : null;
      workbench.changes.send({ what: 'datasets' });
      return { dataset, job };
    },
    'datasets.addSynthetic': async ({ size }) => {
      const open = workbench.current();
      open.project.assertWritable();
      return { job: await queue(open, sampleJob(size)) };
    },
    'datasets.prepare': async ({ datasets }) => {
      const open = workbench.current();
      for (const id of datasets) await readDataset(open.project, id);
      return { job: await queue(open, await prepareJob(open.project, datasets)) };
    },
    'datasets.noteLicence': async ({ dataset, licence }) => {
      await noteLicence(workbench.current().project, dataset, licence);
      workbench.changes.send({ what: 'datasets' });
      return {};
    },
    'datasets.remove': async ({ dataset }) => {
      const { project } = workbench.current();
      if (!project.writable) throw new AppError('conflict', 'The project is open for reading only.');
      await removeDataset(project, dataset);
      workbench.changes.send({ what: 'datasets' });
      return {};
    },
  };
}

async function summaryOf({ project, index }: OpenProject, id: string): Promise<DatasetSummary> {
  const dataset = await readDataset(project, id);
  const prepared = await preparedCounts(project, id, index);
  if (!prepared) return { dataset, prepared: null };
  const { info, counts } = prepared;
  return {
    dataset,
    prepared: { samples: info.samples, failures: info.failures, counts, contentHash: info.contentHash },
  };
}
