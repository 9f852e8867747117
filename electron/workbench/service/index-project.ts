import { preparedCounts } from '@workbench/jobs/launch';
import { openIndex, rebuildIndex } from '@workbench/project/index-db';
import type { Project } from '@workbench/project/project';
import { listDatasetIds } from '@workbench/datasets/store';
import { SampleColumnsCache } from './columns-cache';

/** Makes everything again that is kept of a project outside it: the items, the columns that the browser filters, the counts. */
export async function indexProject(project: Project): Promise<{ datasets: number; items: number }> {
  const made = await rebuildIndex(project);
  const index = await openIndex(project);
  try {
    const columns = new SampleColumnsCache(project, index);
    for (const id of await listDatasetIds(project)) {
      await columns.of(id);
      await preparedCounts(project, id, index);
    }
  } finally {
    index.close();
  }
  return made;
}
