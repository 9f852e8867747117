import type { FacePreview, WorkbenchContract } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import type { Implementation } from '@shared/contract/peer';
import { depthFor, requestOf } from '@workbench/datasets/prepare';
import { PreviewReply, type PreviewRequest } from '@workbench/datasets/preview-messages';
import { readRecipe, writeRecipe } from '@workbench/datasets/recipe';
import { datasetRoot, readDataset } from '@workbench/datasets/store';
import { encodeJpeg } from '@workbench/images/encode';
import { createImage } from '@workbench/images/rgb-image';
import { createJobs } from '@workbench/jobs/create';
import { prepareJob } from '@workbench/jobs/sample-project';
import { WorkerPool } from '@workbench/project/worker-pool';
import { itemAt, mediaFile } from './sample-detail';
import type { Workbench } from './workbench';

/** The thread that looks at faces ends after a while without work: it holds the networks in memory. */
const idleMs = 60_000;

type Channels = 'recipes.read' | 'recipes.use' | 'recipes.preview';

/** `recipes.*`: how a dataset's faces become samples, and what another recipe would make of some of them. */
export function recipeChannels(workbench: Workbench): Pick<Implementation<WorkbenchContract>, Channels> {
  const previewer = new Previewer();
  return {
    'recipes.read': async ({ dataset }) => {
      const { project, index } = workbench.current();
      await readDataset(project, dataset);
      const items = await index.items(dataset);
      return { recipe: await readRecipe(project, dataset), clips: items.some(({ kind }) => kind === 'video') };
    },
    'recipes.use': async ({ dataset, recipe }) => {
      const { project } = workbench.current();
      await readDataset(project, dataset);
      await writeRecipe(project, dataset, recipe);
      const [job = null] = await createJobs(project, [await prepareJob(project, [dataset])]);
      workbench.advance();
      workbench.changes.send({ what: 'datasets' });
      return { job };
    },
    'recipes.preview': async ({ dataset, index, recipe }, signal) => {
      const open = workbench.current();
      const columns = await open.columns.of(dataset);
      const item = itemAt(columns, index);
      await mediaFile(open, columns, item.path); // Refuses what lies outside the root.
      const depthOf = await depthFor(open.project, columns.dataset, recipe);
      const how = { root: datasetRoot(open.project, columns.dataset), largestOnly: true, recipe, depthOf };
      return previewer.show({ ...requestOf(item, index, how), frame: null }, signal);
    },
  };
}

class Previewer {
  private pool: WorkerPool | undefined;
  private timer: NodeJS.Timeout | undefined;
  private last: Promise<unknown> = Promise.resolve();

  /** One after the other: there is one thread. What nobody waits for any more is passed over. */
  show(request: PreviewRequest, signal: AbortSignal): Promise<FacePreview> {
    const turn = this.last.then(() => {
      if (signal.aborted) throw new AppError('cancelled', 'cancelled');
      return this.ask(request);
    });
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async ask(request: PreviewRequest): Promise<FacePreview> {
    clearTimeout(this.timer);
    const pool = (this.pool ??= new WorkerPool('preview-worker.cjs', 1));
    try {
      const hear = (message: unknown) => ({ result: PreviewReply.parse(message) });
      const [reply] = await pool.run({ tasks: [request], hear });
      if (!reply) throw new Error('the preview gave no answer');
      const side = request.recipe.cropSize;
      const crop = reply.crop && (await encodeJpeg(createImage(side, side, reply.crop), 90));
      return { ...reply, crop };
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      this.timer = setTimeout(() => void this.close(), idleMs);
      this.timer.unref();
    }
  }

  private async close(): Promise<void> {
    const pool = this.pool;
    this.pool = undefined;
    await pool?.close();
  }
}
