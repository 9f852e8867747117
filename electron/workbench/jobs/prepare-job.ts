import { availableParallelism } from 'node:os';
import { AppError } from '@shared/contract/errors';
import type { PrepareJob, PrepareTask, Progress } from '@shared/domain/job';
import { lintDepth } from '@workbench/datasets/depth-lint';
import { ensureFingerprints } from '@workbench/datasets/doctor/run-leaks';
import { openPrepared, readDataset } from '@workbench/datasets/store';
import { prepareDataset } from '@workbench/datasets/prepare';
import { drawSyntheticDataset } from '@workbench/datasets/synthetic-dataset';
import type { JobContext, Outcome } from './job-context';
import { baseProvenance } from './provenance';
import { requireEngine } from '@workbench/engine/start';
import { SpeedMeter } from './speed';

/**
 * Draws what is synthetic and not drawn yet, then finds faces and writes crops and depth targets, dataset by dataset.
 * Everything done is kept when it is stopped or killed; running it again goes on from there.
 */
export async function runPrepareJob(context: JobContext<PrepareJob>): Promise<Outcome> {
  const { project, job, folder, events, wishes, log } = context;
  const started = Date.now();
  events.write({ type: 'attempt', attempt: context.attempt, fromStep: 0 });
  events.state('running');
  const engine = await requireEngine(job.engine ?? 'wasm');
  log(`face models on ${engine.name}, ${engine.device}`);
  const plan = await planOf(context);
  const steps = plan.reduce((sum, { drawn, prepared }) => sum + drawn + prepared, 0);
  const results: { dataset: string; samples: number; failures: number; contentHash: string }[] = [];
  let before = 0;
  try {
    for (const { task, drawn, prepared } of plan) {
      const tell = (phase: Progress['phase'], offset: number, speed: SpeedMeter) => (done: number) => {
        const at = before + offset + done;
        context.progress({
          phase: `${phase} ${task.dataset}`,
          done: at,
          steps: Math.max(1, steps),
          epoch: null,
          epochs: null,
          imagesPerSecond: speed.at(done),
          secondsLeft: speed.secondsFor(steps - at),
        });
      };
      if (task.synthesis) {
        log(`drawing ${task.dataset}: ${task.synthesis.subjects} subjects`);
        const onProgress = tell('synthesis', 0, new SpeedMeter());
        await drawSyntheticDataset(project, task.dataset, task.synthesis, {
          threads: availableParallelism(),
          signal: wishes.signal,
          onProgress,
        });
      }
      log(`finding faces in ${task.dataset}`);
      const info = await prepareDataset(project, task.dataset, task.recipe, {
        threads: 0,
        engine: engine.name,
        signal: wishes.signal,
        onProgress: tell('faces', drawn, new SpeedMeter()),
      });
      log(`${task.dataset}: ${info.samples} samples, ${info.failures} without`);
      await lookAtDepth(context, task);
      // So that a run over it finds out what it would leak without having to read the originals.
      await ensureFingerprints(project, [task.dataset], { signal: wishes.signal });
      results.push({
        dataset: task.dataset,
        samples: info.samples,
        failures: info.failures,
        contentHash: info.contentHash,
      });
      before += drawn + prepared;
    }
  } catch (error) {
    if (error instanceof AppError && error.code === 'cancelled')
      return { state: 'stopped', message: 'What is drawn and prepared is kept; resume goes on from there.' };
    throw error;
  }
  await folder.writeProvenance({
    ...baseProvenance(project.folder, job.id),
    engine: { name: engine.name, build: engine.version, threads: 1, device: engine.device },
    seed: null,
    data: results.map(({ dataset, contentHash }) => ({ dataset, contentHash })),
    configHash: null,
  });
  await folder.writeResult({ kind: 'prepare', seconds: (Date.now() - started) / 1000, datasets: results });
  return { state: 'done' };
}

/** Depth targets that cannot be right are told before anything trains on them. */
async function lookAtDepth({ project, events, log }: JobContext<PrepareJob>, task: PrepareTask): Promise<void> {
  const data = await openPrepared(project, task.dataset, task.recipe);
  for (const { severity, message } of lintDepth(data)) {
    const text = `${task.dataset}: ${message}`;
    log(`${severity}: ${text}`);
    events.write({ type: 'finding', severity, message: text });
  }
  data.close();
}

/** Images each task draws and prepares. */
async function planOf({ project, job }: JobContext<PrepareJob>) {
  return Promise.all(
    job.tasks.map(async (task: PrepareTask) => {
      if (task.synthesis) {
        const images = 2 * task.synthesis.bonaFideImages;
        return { task, drawn: images, prepared: images };
      }
      const { counts } = await readDataset(project, task.dataset);
      const items = Object.values(counts).reduce((sum, { bonaFide, attack }) => sum + bonaFide + attack, 0);
      return { task, drawn: 0, prepared: items };
    }),
  );
}
