import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { type DepthTarget, depthTargetFacts } from '@shared/domain/depth-target';
import type { ExperimentConfig } from '@shared/domain/experiment';
import { ScalarName, scalarWords, type TrainJob } from '@shared/domain/job';
import { z } from '@shared/zod';
import type { PreparedData } from '@workbench/datasets/prepared-data';
import { openDivided, readJobProtocol } from '@workbench/datasets/protocols/job-protocol';
import type { Engine } from '@workbench/engine/engine';
import { providerOf, startEngine } from '@workbench/engine/start';
import { readJsonIfPresent } from '@workbench/project/files';
import type { TrainingEvent } from '@workbench/training/events';
import { runTraining } from '@workbench/training/run';
import { checkpointsFolder } from '@workbench/training/run-files';
import type { JobContext, Outcome } from './job-context';
import { codeState } from './code-state';
import { baseProvenance, configHash } from './provenance';
import { refuseLeaks } from './refuse-leaks';
import { ScalarWriter } from './scalars';
import { UsageMeter } from './usage-meter';

const CheckpointPointer = z.looseObject({ step: z.int().nonnegative() });

/** Trains one run: opens its datasets, starts the engine, and writes down what the training tells. */
export async function runTrainJob(context: JobContext<TrainJob>): Promise<Outcome> {
  const { project, job, folder, events, wishes, log } = context;
  const config = await folder.config();
  if (!config) throw new AppError('not-found', `${folder.path} has no config.json.`, { path: folder.path });
  const last = await readJsonIfPresent(
    join(checkpointsFolder(folder.path), 'last.json'),
    CheckpointPointer,
    'checkpoint',
  );
  events.write({ type: 'attempt', attempt: context.attempt, fromStep: last?.step ?? 0 });
  const protocol = await readJobProtocol(folder.path);
  if (protocol) log(`sets by protocol ${protocol.name}`);
  const waived = await refuseLeaks(context, config, protocol);
  const names = [...new Set([...job.sources, ...job.targets])];
  const datasets: PreparedData[] = [];
  for (const name of names) datasets.push(await openDivided(project, name, protocol));
  const depthTarget = depthTargetOf(datasets.filter(({ dataset }) => job.sources.includes(dataset.id)));
  const engine = await startEngine({
    name: config.compute.engine,
    threads: config.compute.threads,
    reproducible: config.compute.reproducible,
  });
  log(`engine ${engine.name} ${engine.build}, ${engine.threads} threads, ${engine.device}`);
  if (last) log(`going on from step ${last.step}`);
  await writeProvenance(context, config, datasets, engine);
  const scalars = new ScalarWriter(folder.scalarsFolder, await firstStart(context));
  const usage = new UsageMeter();
  let engineBytes: number | null = null;
  events.state('running');
  try {
    const outcome = await runTraining({
      config,
      datasets,
      folder: folder.path,
      stageFolder: (key) => project.stageFolder(key),
      engine,
      fromCheckpoint: last !== undefined,
      signal: { stopRequested: () => wishes.stopRequested() },
      emit: (event) => {
        record(context, scalars, event);
        if (event.type === 'progress') ({ engineBytes } = event);
        if (event.type === 'scalars') scalars.addAll(event.step, usage.sample(engineBytes));
      },
    });
    scalars.flush();
    if (outcome.state === 'stopped')
      return { state: 'stopped', message: `Saved at step ${outcome.step}; resume goes on from there.` };
    await folder.writeResult({
      ...outcome.result,
      ...(depthTarget === 'mesh' ? {} : { depthTarget }),
      ...(waived ? { waived } : {}),
    });
    return { state: 'done' };
  } finally {
    scalars.close();
    engine.dispose();
    for (const data of datasets) data.close();
  }
}

/**
 * What the sources' depth targets are made of.
 * @throws AppError `invalid` when they differ: one network cannot be trained towards two
 */
function depthTargetOf(sources: readonly PreparedData[]): DepthTarget {
  const [first, ...others] = sources.map(({ dataset, info }) => ({ id: dataset.id, maker: info.recipe.depthTarget }));
  const other = others.find(({ maker }) => maker !== first?.maker);
  if (!first || !other) return first?.maker ?? 'mesh';
  const words = ({ id, maker }: typeof other) => `${id} has "${depthTargetFacts[maker].title}"`;
  throw new AppError(
    'invalid',
    `The depth targets of the sources differ: ${words(first)}, ${words(other)}. Prepare them alike with "relief prepare --depth-target".`,
    { datasets: [first.id, other.id] },
  );
}

/** One thing that the training told, into the file where readers look for it. */
function record({ events, beat, log }: JobContext<TrainJob>, scalars: ScalarWriter, event: TrainingEvent): void {
  switch (event.type) {
    case 'saving':
      // A resumed run goes on from the checkpoint: what the curves show up to it must be on the disk first.
      scalars.flush();
      return;
    case 'scalars':
      scalars.addAll(event.step, event.values);
      return;
    case 'progress':
      beat.report({ progress: event.progress, engineBytes: event.engineBytes, tensors: event.tensors });
      return;
    case 'epoch': {
      const values = ScalarName.options.flatMap((name) => {
        const value = event.values[name];
        return value === undefined ? [] : [scalarText(name, value)];
      });
      log(`stage ${event.stage} epoch ${event.epoch}: ${values.join(', ')}`);
      events.write({ ...event, values: { ...event.values } });
      return;
    }
    case 'checkpoint':
      events.write(event);
      return;
    case 'stage-reused':
      log(`stage 1 reused from stages/${event.key}`);
      events.write(event);
      return;
    case 'finding':
      log(`${event.severity}: ${event.message}`);
      events.write(event);
      return;
  }
}

/** `Dev HTER 16.7 %`, `Depth L1 0.0421`; a dash where the dev set lacks a class. */
function scalarText(name: ScalarName, value: number | null): string {
  const { title, rate } = scalarWords[name];
  if (value === null) return `${title} –`;
  return rate ? `${title} ${(100 * value).toFixed(1)} %` : `${title} ${value.toPrecision(3)}`;
}

/** Epoch milliseconds of the run's first start: the zero of its curves' time axis. */
async function firstStart({ folder }: JobContext<TrainJob>): Promise<number> {
  const first = (await folder.events()).find((event) => event.type === 'attempt');
  return first ? Date.parse(first.at) : Date.now();
}

async function writeProvenance(
  { project, job, folder }: JobContext<TrainJob>,
  config: ExperimentConfig,
  datasets: readonly PreparedData[],
  engine: Engine,
): Promise<void> {
  const code = await codeState();
  await folder.writeProvenance({
    ...baseProvenance(project.folder, job.id),
    ...(code === undefined ? {} : { code }),
    engine: {
      ...{ name: engine.name, build: engine.build, threads: engine.threads, device: engine.device },
      reproducibility: config.compute.reproducible ? providerOf(engine.name).reproducibility : null,
    },
    seed: job.seed,
    data: datasets.map(({ dataset, info }) => ({ dataset: dataset.id, contentHash: info.contentHash })),
    configHash: configHash(config),
  });
}
