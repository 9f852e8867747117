import { AppError } from '@shared/contract/errors';
import type { DepthRanking } from '@shared/contract/channels';
import type { EngineChoice } from '@shared/domain/engine';
import type { DepthReference } from '@shared/domain/depth-target';
import type { SetName } from '@shared/domain/names';
import { OwnDepth } from '@workbench/datasets/depth-files/own-depth';
import { openDivided, readJobProtocol } from '@workbench/datasets/protocols/job-protocol';
import { startEngine } from '@workbench/engine/start';
import { rankSet } from '@workbench/inspection/rank-set';
import { findJobId, jobFolder } from '@workbench/jobs/job-folder';
import type { Project } from '@workbench/project/project';
import { loadPredictor, type Predictor } from '@workbench/training/predictor';
import { storedEpochs } from '@workbench/training/run-files';

/** Which run at which epoch, and what computes: options of every command that looks through a run. */
export interface RunOptions {
  readonly run: string;
  readonly epoch?: string;
  readonly engine: EngineChoice;
}

/** A run ready to look through. */
export interface OpenRun {
  readonly run: string;
  readonly epoch: number | 'last';
  readonly engine: string;
  readonly depth: Predictor;
  readonly classifier: Predictor;
}

/** Starts the engine, loads the run's networks, and frees both afterwards. */
export async function withRun(
  project: Project,
  options: RunOptions,
  work: (open: OpenRun) => Promise<void>,
): Promise<void> {
  const run = findJobId(project, options.run);
  const folder = jobFolder(project, run).path;
  const engine = await startEngine({ name: options.engine, threads: 0, reproducible: false });
  try {
    const epoch = await epochOf(folder, options.epoch);
    const depth = await loadPredictor(folder, epoch, engine);
    const classifier = await loadPredictor(folder, 'last', engine);
    await work({ run, epoch, engine: engine.name, depth, classifier });
  } finally {
    engine.dispose();
  }
}

async function epochOf(folder: string, asked: string | undefined): Promise<number | 'last'> {
  const epochs = await storedEpochs(folder);
  if (asked === undefined) return epochs.at(-1) ?? 'last';
  const epoch = Number(asked);
  if (epochs.includes(epoch)) return epoch;
  throw new AppError('not-found', `--epoch ${asked}: kept are ${epochs.length === 0 ? 'none' : epochs.join(', ')}.`);
}

/** Measures a set of a prepared dataset through the run. */
export async function rankPrepared(
  project: Project,
  { run, depth, classifier, epoch }: OpenRun,
  dataset: string,
  set: SetName,
  against: DepthReference = 'target',
): Promise<DepthRanking> {
  const data = await openDivided(project, dataset, await readJobProtocol(project.jobFolder(run)));
  const own = against === 'own' ? await OwnDepth.of(project, data) : null;
  try {
    if (against === 'own' && !own) throw new AppError('invalid', `${dataset} has no depth of its own.`, { dataset });
    return await rankSet({ data, set, depth, classifier, epoch, own });
  } finally {
    await own?.close();
    data.close();
  }
}
