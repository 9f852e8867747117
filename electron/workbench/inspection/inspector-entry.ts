// The inspector: a long-lived plain Node process that shows what trained networks see. Started by the workbench on demand.
import { serve } from '@shared/contract/peer';
import type {
  DepthPrediction,
  DepthRanking,
  PictureLook,
  PictureToLookAt,
  ScoreExplanation,
} from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import type { BlockFeatures, FeaturePath } from '@shared/domain/network-graph';
import type { SetName } from '@shared/domain/names';
import type { PreparedData } from '@workbench/datasets/prepared-data';
import { marksFile } from '@workbench/datasets/marks';
import { openDivided, readJobProtocol, rulesHash } from '@workbench/datasets/protocols/job-protocol';
import { readPreparedInfo } from '@workbench/datasets/store';
import { benchEngines } from '@workbench/engine/bench';
import type { Engine } from '@workbench/engine/engine';
import { listEngines, startEngine } from '@workbench/engine/start';
import { createFacePipeline, type FacePipeline } from '@workbench/faces/pipeline';
import { fileSignature } from '@workbench/project/index-db';
import { openProject, type Project } from '@workbench/project/project';
import { loadPredictor, type Predictor } from '@workbench/training/predictor';
import { storedEpochs } from '@workbench/training/run-files';
import type { DepthReference } from '@shared/domain/depth-target';
import { OwnDepth } from '@workbench/datasets/depth-files/own-depth';
import { mapAt, mapSide, measureDepth } from './depth-measures';
import { referenceOf } from './depth-reference';
import { inspectorContract } from './contract';
import { explainScore } from './explain-score';
import { cropRecipeOf, lookAtPicture } from './look-at-picture';
import { jobFolder } from '@workbench/jobs/job-folder';
import { parentPort } from '@workbench/jobs/process-port';
import { rankSet } from './rank-set';
import { Recent } from './recent-values';
import { benchTargets } from './target-bench';

const projects = new Recent<Project>(2);
const prepared = new Recent<PreparedData>(6, (data) => {
  data.close();
});
const ownDepths = new Recent<OwnDepth | null>(6, (own) => void own?.close());
const predictors = new Recent<Predictor>(8, (predictor) => {
  predictor.dispose();
});
/** By detector: photographs take the thorough one, webcams and clips the fast one. */
const pipelines = new Recent<FacePipeline>(2, (pipeline) => {
  pipeline.dispose();
});
let engine: Promise<Engine> | undefined;

/** One question at a time: the engine is one, and what a question uses must not be freed by the next. */
let queue: Promise<unknown> = Promise.resolve();
function inTurn<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const turn = queue.then(() => {
    signal?.throwIfAborted(); // Nobody waits for it any more: a newer question came.
    return work();
  });
  queue = turn.catch(() => undefined);
  return turn;
}

process.on('disconnect', () => process.exit(0));

serve(
  inspectorContract,
  {
    predict: (input, signal) => inTurn(() => predict(input), signal),
    ranking: (input) => inTurn(() => ranking(input)),
    explain: (input, signal) => inTurn(() => explain(input), signal),
    look: (input, signal) => inTurn(() => look(input), signal),
    features: (input, signal) => inTurn(() => features(input), signal),
    targets: ({ project, dataset, faces }, signal) =>
      inTurn(async () => {
        await startedEngine();
        return benchTargets(await projectAt(project), await pipelineOf('full-range'), { dataset, faces, signal });
      }, signal),
    engines: () => listEngines(),
    bench: () =>
      inTurn(async () => {
        // The bench runs engines of its own, and only one may run.
        await predictors.clear();
        await pipelines.clear();
        (await engine)?.dispose();
        engine = undefined;
        return benchEngines();
      }),
  },
  parentPort(),
  {
    onInternalError(error, channel) {
      process.stderr.write(`${channel}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    },
  },
);

type Epoch = number | 'last';

async function predict(input: {
  project: string;
  job: string;
  epoch: Epoch;
  samples: readonly { dataset: string; index: number }[];
  against: DepthReference;
}): Promise<DepthPrediction[]> {
  const project = await projectAt(input.project);
  const records = [];
  for (const sample of input.samples) records.push(await recordOf(project, sample));
  const crops = records.map(({ data, record }) => data.crop(record.row));
  const predictor = await predictorOf(project, input.job, await depthEpoch(project, input.job, input.epoch));
  const depth = await predictor.predictDepth(crops);
  const scores = await scoresOf(project, input.job, crops);
  const predictions: DepthPrediction[] = [];
  for (const [position, { sample, data, record }] of records.entries()) {
    const predicted = mapAt(depth, position);
    const own = await ownDepthOf(project, data);
    const { map: target, is } = await referenceOf(data, record, input.against === 'own' ? own : null);
    predictions.push({
      sample,
      subject: record.item.subject,
      attackType: record.item.attackType,
      set: record.item.set,
      size: mapSide,
      target,
      targetIs: is,
      ownDepth: own?.kind ?? null,
      predicted,
      measures: measureDepth(predicted, target, mapSide),
      score: scores?.[position] ?? null,
    });
  }
  return predictions;
}

async function recordOf(project: Project, sample: { dataset: string; index: number }) {
  const data = await preparedOf(project, sample.dataset);
  const record = data.samples.find(({ index }) => index === sample.index);
  if (!record)
    throw new AppError('not-found', `Sample ${sample.index} of ${sample.dataset} has no crop.`, { ...sample });
  return { sample, data, record };
}

async function explain(input: {
  project: string;
  job: string;
  sample: { dataset: string; index: number };
}): Promise<ScoreExplanation> {
  const project = await projectAt(input.project);
  const { data, record } = await recordOf(project, input.sample);
  return explainScore(await predictorOf(project, input.job, 'last'), Uint8Array.from(data.crop(record.row)));
}

async function features(input: {
  project: string;
  job: string;
  epoch: Epoch;
  sample: { dataset: string; index: number };
  path: FeaturePath;
}): Promise<BlockFeatures[]> {
  const project = await projectAt(input.project);
  const { data, record } = await recordOf(project, input.sample);
  const epoch = input.path === 'classifier' ? 'last' : await depthEpoch(project, input.job, input.epoch);
  const predictor = await predictorOf(project, input.job, epoch);
  return predictor.features(Uint8Array.from(data.crop(record.row)), input.path);
}

async function ranking(input: {
  project: string;
  job: string;
  epoch: Epoch;
  dataset: string;
  set: SetName;
  against: DepthReference;
}): Promise<DepthRanking> {
  const project = await projectAt(input.project);
  const data = await preparedOf(project, input.dataset, input.job);
  const epoch = await depthEpoch(project, input.job, input.epoch);
  return rankSet({
    data,
    set: input.set,
    depth: await predictorOf(project, input.job, epoch),
    classifier: await classifierOf(project, input.job),
    epoch,
    own: input.against === 'own' ? await ownDepthOf(project, data) : null,
  });
}

async function look(input: PictureToLookAt & { project: string }): Promise<PictureLook> {
  const project = await projectAt(input.project);
  const depth = await predictorOf(project, input.job, await depthEpoch(project, input.job, input.epoch));
  const closeUp = input.kind === 'close-up';
  const detector = closeUp ? 'short-range' : 'full-range';
  return lookAtPicture(
    input.bytes,
    input.name,
    {
      faces: await pipelineOf(detector),
      depth,
      classifier: await classifierOf(project, input.job),
      recipe: await cropRecipeOf(project, input.job),
    },
    { largestOnly: closeUp, untilFound: input.kind === 'first-look' },
  );
}

/** `last` means the newest epoch whose generator is kept, or the last checkpoint of a run that keeps none. */
async function depthEpoch(project: Project, job: string, epoch: Epoch): Promise<Epoch> {
  if (epoch !== 'last') return epoch;
  return (await storedEpochs(jobFolder(project, job).path)).at(-1) ?? 'last';
}

/** Scores of the last checkpoint; null while a run has no classifier yet. */
async function scoresOf(project: Project, job: string, crops: readonly Uint8Array[]): Promise<Float32Array | null> {
  const classifier = await classifierOf(project, job);
  return classifier?.hasScore ? classifier.predictScore([...crops]) : null;
}

/** The networks of the last checkpoint; null while there is none. */
async function classifierOf(project: Project, job: string): Promise<Predictor | null> {
  try {
    return await predictorOf(project, job, 'last');
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') return null;
    throw error;
  }
}

function projectAt(folder: string): Promise<Project> {
  return projects.get(folder, () => openProject(folder, { role: 'command', readOnly: true }));
}

/** Crops are read when they are asked for, so a dataset that was prepared anew must be opened anew. */
async function preparedOf(project: Project, dataset: string, job?: string): Promise<PreparedData> {
  const { contentHash } = await readPreparedInfo(project, dataset);
  const marks = fileSignature(marksFile(project, dataset)); // What is left out is part of what is read.
  const protocol = job === undefined ? undefined : await readJobProtocol(jobFolder(project, job).path);
  const rules = protocol ? rulesHash(protocol) : '';
  return prepared.get(`${project.folder} ${dataset} ${contentHash} ${marks} ${rules}`, () =>
    openDivided(project, dataset, protocol),
  );
}

function startedEngine(): Promise<Engine> {
  return (engine ??= startEngine({ name: 'auto', threads: 0, reproducible: false }));
}

function pipelineOf(detector: 'full-range' | 'short-range'): Promise<FacePipeline> {
  return pipelines.get(detector, () => createFacePipeline(detector));
}

/** By the data it lies over; null for a dataset without any. */
function ownDepthOf(project: Project, data: PreparedData): Promise<OwnDepth | null> {
  return ownDepths.get(`${project.folder} ${data.dataset.id} ${data.info.contentHash}`, () =>
    OwnDepth.of(project, data),
  );
}

async function predictorOf(project: Project, job: string, epoch: Epoch): Promise<Predictor> {
  const folder = jobFolder(project, job);
  // A running job moves its last checkpoint on; its kept epochs never change.
  const version = epoch === 'last' ? folder.signature() : '';
  const started = await startedEngine();
  return predictors.get(`${folder.path} ${epoch} ${version}`, () => loadPredictor(folder.path, epoch, started));
}
