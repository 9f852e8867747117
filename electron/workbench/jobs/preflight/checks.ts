import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Plan } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import type { ExperimentConfig, LaunchOptions } from '@shared/domain/experiment';
import type { PreflightCheck, PreflightEstimate, PreflightNews, PreflightStep } from '@shared/domain/preflight';
import type { PreparedData } from '@workbench/datasets/prepared-data';
import { openPrepared } from '@workbench/datasets/store';
import { startEngine } from '@workbench/engine/start';
import { configOfRun } from '@workbench/experiments/folds';
import { variantsOf } from '@workbench/experiments/variants';
import { withFileErrors } from '@workbench/project/file-errors';
import type { Project } from '@workbench/project/project';
import { dataHash } from '@workbench/training/samples';
import { stageKey } from '@workbench/training/stage-artefact';
import type { StepValues } from '@workbench/training/stage';
import { TrainingTrial } from '@workbench/training/trial';
import { slotHolders } from '../slots';
import { estimateLaunch, type PlannedRun } from './estimate';
import { removeForgottenTrials, trialFolder } from './trial-folder';
import { bytesText, durationText, valuesText } from './words';

/** Memory that should be left beside a run at its height, as a share of it. */
const spareMemory = 0.25;

type Tell = (news: PreflightNews) => void;

/** Ends the preflight: what follows needs what has failed. */
class Failed extends Error {}

/**
 * Tries a launch in this process, which is the same as a job's: datasets, folder, disk, engine, a batch of each stage, a dev
 * batch, a checkpoint, memory. Of several runs the longest is tried, the data of all are looked at.
 * @param plan of the launch, without problems
 */
export async function runChecks(
  project: Project,
  text: string,
  launch: LaunchOptions,
  plan: Plan,
  tell: Tell,
): Promise<void> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const folder = trialFolder(project.folder, process.pid);
  let estimate: PreflightEstimate | null = null;
  let ok = true;
  const opened: PreparedData[] = [];
  try {
    estimate = await tryAll({
      project,
      runs: runsOf(text, launch, plan),
      folder,
      opened,
      tell: (news) => {
        if (news.type === 'check' && news.check.state === 'failed') ok = false;
        tell(news);
      },
    });
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
  } finally {
    for (const data of opened) data.close();
    await rm(folder, { recursive: true, force: true });
  }
  tell({ type: 'end', ok, seconds: seconds(), estimate });
}

interface Setup {
  readonly project: Project;
  readonly runs: readonly PlannedRun[];
  readonly folder: string;
  readonly opened: PreparedData[];
  readonly tell: Tell;
}

async function tryAll({ project, runs, folder, opened, tell }: Setup): Promise<PreflightEstimate | null> {
  const step = stepper(tell);
  const longest = runs.reduce((a, b) => (workOf(b) > workOf(a) ? b : a));
  const { config } = longest;

  const byId = new Map<string, PreparedData>();
  await step('data', async () => {
    const ids = new Set(runs.flatMap((run) => Object.keys(run.counts)));
    for (const id of ids) {
      const data = await openPrepared(project, id);
      byId.set(id, data);
      opened.push(data);
    }
    const samples = [...byId.values()].reduce((sum, data) => sum + data.samples.length, 0);
    return `${[...ids].join(', ')}: ${samples} faces, every file in its size.`;
  });
  await step('folder', async () => {
    await removeForgottenTrials(project.folder);
    await withFileErrors('write', folder, async () => {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'config.json'), JSON.stringify(config));
      const back = await readFile(join(folder, 'config.json'), 'utf8');
      if (back !== JSON.stringify(config)) throw new Error(`${folder}: what was written came back changed.`);
    });
    return `${join(project.folder, 'jobs')} can be written and read.`;
  });

  const busy = slotHolders('cpu').map(({ job }) => job);
  const engineStarted = performance.now();
  const engine = await step('engine', async () => {
    const { engine: name, threads, reproducible } = config.compute;
    const present = await startEngine({ name, threads, reproducible });
    const words = `${present.name} ${present.build}, ${present.threads} ${present.threads === 1 ? 'thread' : 'threads'}, ${present.device}.`;
    return busy.length === 0
      ? { value: present, message: words }
      : {
          value: present,
          state: 'warning' as const,
          message: `${words} ${busy.join(' and ')} computes now: the times below are measured beside it, and a run alone is faster.`,
        };
  });
  const startSeconds = (performance.now() - engineStarted) / 1000;
  const sources = config.data.sources.flatMap((id) => byId.get(id) ?? []);
  let height = process.memoryUsage().rss;
  const lookAtMemory = () => {
    height = Math.max(height, process.memoryUsage().rss);
  };
  const trial = new TrainingTrial(engine, config, sources);
  try {
    const batch = (number: 1 | 2) =>
      step(`stage-${number}`, async () => {
        const made = await trial.trainBatches(number);
        lookAtMemory();
        refuseNoNumber(made.values, number);
        const speed = Math.round(config.train.batchSize / made.secondsPerStep);
        return {
          value: made,
          message: `${valuesText(made.values)}; ${durationText(made.secondsPerStep)} a step, ${speed} images a second.`,
        };
      });
    const stage1 = config.stage1.enabled ? await batch(1) : null;
    const stage2 = await batch(2);
    const dev = await step('dev', async () => {
      const made = await trial.devBatch();
      lookAtMemory();
      return {
        value: made,
        message: `${made.samples} faces scored, ${durationText(made.score + (made.depth ?? 0))} each.`,
      };
    });
    const checkpoint = await step('checkpoint', async () => {
      const made = await trial.checkpoint(folder);
      lookAtMemory();
      return {
        value: made,
        message: `${bytesText(made.bytes)} written in ${durationText(made.writeSeconds)}, read back the same in ${durationText(made.readSeconds)}.`,
      };
    });
    const measured = { config, stage1, stage2, dev, checkpoint, startSeconds, memoryBytes: height };
    const estimate = estimateLaunch(runs, measured, (of) =>
      isStored(
        project,
        of,
        of.data.sources.flatMap((id) => byId.get(id) ?? []),
        engine,
      ),
    );
    await step('disk', () => lookAtDisk(project, estimate));
    await step('memory', () => Promise.resolve(lookAtRest(height)));
    return estimate;
  } finally {
    trial.dispose();
    engine.dispose();
  }
}

type Said = string | { readonly state?: PreflightCheck['state']; readonly message: string };
type SaidWith<T> = { readonly value: T; readonly state?: PreflightCheck['state']; readonly message: string };

/** Does a step and tells how it went. A failure that a person can mend is told and ends the preflight; a bug is thrown. */
function stepper(tell: Tell) {
  async function step<T>(step: PreflightStep, work: () => Promise<SaidWith<T>>): Promise<T>;
  async function step(step: PreflightStep, work: () => Promise<Said>): Promise<void>;
  async function step(name: PreflightStep, work: () => Promise<Said | SaidWith<unknown>>): Promise<unknown> {
    tell({ type: 'trying', step: name });
    let said: Said | SaidWith<unknown>;
    try {
      said = await work();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      tell({ type: 'check', check: { step: name, state: 'failed', message } });
      throw new Failed(message);
    }
    const { state = 'ok', message } = typeof said === 'string' ? { message: said } : said;
    tell({ type: 'check', check: { step: name, state, message } });
    return typeof said === 'object' && 'value' in said ? said.value : undefined;
  }
  return step;
}

/** Every run of the launch. */
function runsOf(text: string, launch: LaunchOptions, { folds }: Plan): PlannedRun[] {
  const read = variantsOf(text, launch);
  if (!read.ok) throw new Error('a plan without problems has variants');
  return read.variants.flatMap(({ resolved }) =>
    folds.flatMap((fold) =>
      launch.seeds.map((seed) => ({ config: configOfRun(resolved.config, fold, seed), counts: fold.counts })),
    ),
  );
}

/** Which run is the longest, roughly: images through both stages, scaled by the model. */
function workOf({ config, counts }: PlannedRun): number {
  const { model, stage1, stage2 } = config;
  const images = Object.values(counts).reduce((sum, { train }) => sum + train, 0);
  return model.inputSize ** 2 * model.width ** 2 * images * ((stage1.enabled ? 2 * stage1.epochs : 0) + stage2.epochs);
}

function refuseNoNumber(values: StepValues, stage: 1 | 2): void {
  for (const [name, value] of Object.entries(values))
    if (!Number.isFinite(value))
      throw new AppError('invalid', `${name} is ${value} in the first steps. Lower stage${stage}.learningRate.`);
}

function isStored(
  project: Project,
  config: ExperimentConfig,
  sources: readonly PreparedData[],
  engine: Parameters<typeof stageKey>[2],
): boolean {
  if (!config.stage1.enabled) return false;
  return existsSync(join(project.stageFolder(stageKey(config, dataHash(sources), engine)), 'stage.json'));
}

async function lookAtDisk(project: Project, { bytesPerRun, bytes, runs }: PreflightEstimate): Promise<Said> {
  const { bavail, bsize } = await statfs(project.folder);
  const free = bavail * bsize;
  const needs = runs === 1 ? `A run needs about ${bytesText(bytes)}` : `${runs} runs need about ${bytesText(bytes)}`;
  const message = `${needs}; ${bytesText(free)} are free where the project lies.`;
  if (bytesPerRun > free) return { state: 'failed', message: `${message} Make room first.` };
  return bytes > free
    ? { state: 'warning', message: `${message} Not all runs will fit: make room meanwhile.` }
    : message;
}

function lookAtRest(height: number): Said {
  const free = freemem();
  const message = `A run takes ${bytesText(height)} at its height; ${bytesText(free)} are free beside it.`;
  return free < spareMemory * height
    ? { state: 'warning', message: `${message} Close something, or take a smaller batch (train.batchSize).` }
    : message;
}
