import { type Command, InvalidArgumentError, Option } from 'commander';
import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import type { PictureLook } from '@shared/contract/channels';
import { DepthMeasureName, type DepthMeasures } from '@shared/domain/depth-measures';
import { AppError } from '@shared/contract/errors';
import { DepthReduction, type DepthScoreRule } from '@shared/domain/depth-score';
import type { EngineChoice } from '@shared/domain/engine';
import { SetName } from '@shared/domain/names';
import { openPrepared } from '@workbench/datasets/store';
import { startEngine } from '@workbench/engine/start';
import { createFacePipeline } from '@workbench/faces/pipeline';
import { encodePng } from '@workbench/images/encode';
import { createImage } from '@workbench/images/rgb-image';
import { cropRecipeOf, lookAtPicture, type Looker } from '@workbench/inspection/look-at-picture';
import { keepScores } from '@workbench/inspection/keep-scores';
import { rankingCsv, rankSet } from '@workbench/inspection/rank-set';
import { findJobId, jobFolder } from '@workbench/jobs/job-folder';
import { writeFileAtomic } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { loadPredictor, type Predictor } from '@workbench/training/predictor';
import { storedEpochs } from '@workbench/training/run-files';
import { engineNames, readEngineChoice } from '../engine-option';
import { contextOf } from '../context';
import type { Register } from '../command';
import { registerDepthExport } from './depth-export';

const imageExtensions = new Set(['.jpg', '.jpeg', '.png', '.webp']);

interface Prediction {
  readonly path: string;
  /** Nth face, largest first. */
  readonly face: number;
  readonly box: readonly number[];
  readonly png: string;
  readonly raw: string;
  /** What the face's mesh gives, raw. */
  readonly target: string;
  readonly size: number;
  readonly meanDepth: number;
  readonly measures: DepthMeasures;
  readonly score: number | null;
  readonly milliseconds: PictureLook['milliseconds'];
}

interface Failure {
  readonly path: string;
  readonly reason: string;
  readonly message: string;
}

interface LookOptions {
  readonly run: string;
  readonly epoch?: string;
  readonly output: string;
  readonly engine: EngineChoice;
}

interface RankOptions {
  readonly run: string;
  readonly epoch?: string;
  readonly dataset: string;
  readonly set: SetName;
  readonly by: DepthMeasureName;
  readonly best?: boolean;
  readonly output?: string;
  readonly engine: EngineChoice;
}

interface ScoresOptions {
  readonly run: string;
  readonly name: string;
  readonly title?: string;
  readonly depth: DepthReduction;
  readonly classifierShare: number;
  readonly epoch?: string;
  readonly engine: EngineChoice;
}

export const registerDepth: Register = (program) => {
  const depth = program
    .command('depth')
    .description('see what a run paints: of photographs, or of every sample of a set');
  depth
    .command('look <path...>', { isDefault: true })
    .description('predict the pseudo-depth of faces in photographs: PNG (nearest white) and raw floats')
    .requiredOption('--run <job>', 'the trained run')
    .option('--epoch <n>', 'an epoch of the stage that trains depth (default: its last)')
    .option('--engine <name>', `what computes: ${engineNames}`, readEngineChoice, 'auto')
    .option('-o, --output <dir>', 'where to write', 'depth')
    .action(async (paths: string[], options: LookOptions, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject(async (project) => {
        const files = (await Promise.all(paths.map(imagesAt))).flat();
        if (files.length === 0) throw new AppError('invalid', `${paths.join(', ')}: no JPEG, PNG or WebP image.`);
        await withRun(project, options, async ({ run, epoch, engine, depth: predictor, classifier }) => {
          const looker: Looker = {
            faces: await createFacePipeline(),
            depth: predictor,
            classifier,
            recipe: await cropRecipeOf(project, run),
          };
          const predictions: Prediction[] = [];
          const failures: Failure[] = [];
          for (const file of files) {
            const answer = await predictFile(file, resolve(options.output), looker);
            if (Array.isArray(answer)) predictions.push(...answer);
            else failures.push(answer);
          }
          output.result({ run, epoch, engine, predictions, failures }, () =>
            [
              ...predictions.map(
                ({ path, face, png, meanDepth, score }) =>
                  `${path} face ${face}: ${png}, mean depth ${meanDepth.toFixed(3)}${score === null ? '' : `, score ${score.toFixed(3)}`}`,
              ),
              ...failures.map(({ message }) => message),
            ].join('\n'),
          );
          if (predictions.length === 0)
            throw new AppError('invalid', failures.map(({ message }) => message).join('\n'));
        });
      });
    });
  registerScores(depth);
  registerDepthExport(depth);
  depth
    .command('rank')
    .description('measure every sample of a set against its target: a CSV, worst first')
    .requiredOption('--run <job>', 'the trained run')
    .requiredOption('--dataset <id>', 'a prepared dataset')
    .addOption(new Option('--set <name>', 'which of its sets').choices(SetName.options).default('test'))
    .addOption(
      new Option('--by <measure>', 'what orders the rows')
        .choices(DepthMeasureName.options)
        .default('meanAbsoluteError' satisfies DepthMeasureName),
    )
    .option('--best', 'best first')
    .option('--epoch <n>', 'an epoch of the stage that trains depth (default: its last)')
    .option('--engine <name>', `what computes: ${engineNames}`, readEngineChoice, 'auto')
    .option('-o, --output <file>', 'where to write (default: standard output)')
    .action(async (options: RankOptions, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject((project) =>
        withRun(project, options, async ({ run, epoch, depth: predictor, classifier }) => {
          const data = await openPrepared(project, options.dataset);
          try {
            const ranking = await rankSet({ data, set: options.set, depth: predictor, classifier, epoch });
            const csv = rankingCsv(ranking, options.dataset, options.by, options.best === true ? 'best' : 'worst');
            if (options.output !== undefined) await writeFileAtomic(options.output, csv);
            const { dataset, set, by } = options;
            output.result({ run, epoch, dataset, set, by, samples: ranking.index.length, csv }, () =>
              options.output === undefined ? csv.trimEnd() : `${options.output}: ${ranking.index.length} samples`,
            );
          } finally {
            data.close();
          }
        }),
      );
    });
};

const registerScores = (depth: Command) =>
  depth
    .command('scores')
    .description('score every set of a run by its depth maps, without training: a system that reports can show')
    .requiredOption('--run <job>', 'the trained run')
    .requiredOption('--name <name>', 'short name of the system')
    .option('--title <title>', 'how tables call it')
    .addOption(
      new Option('--depth <reduction>', 'how a map becomes a number').choices(DepthReduction.options).default('mean'),
    )
    .option('--classifier-share <share>', 'share of the classifier’s score, 0–1', readShare, 0)
    .option('--epoch <n>', 'an epoch of the stage that trains depth (default: its last)')
    .option('--engine <name>', `what computes: ${engineNames}`, readEngineChoice, 'auto')
    .action(async (options: ScoresOptions, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject((project) =>
        withRun(project, options, async ({ run, epoch, depth: predictor, classifier }) => {
          const rule: DepthScoreRule = { depth: options.depth, classifierShare: options.classifierShare };
          const { name, title } = options;
          const kept = await keepScores(project, { job: run, rule, name, title }, async (dataset, set) => {
            const data = await openPrepared(project, dataset);
            try {
              return await rankSet({ data, set, depth: predictor, classifier, epoch });
            } finally {
              data.close();
            }
          });
          output.result({ run, epoch, rule, ...kept }, () =>
            kept.files.map(({ dataset, set, samples }) => `${dataset} ${set}: ${samples} scores`).join('\n'),
          );
        }),
      );
    });

function readShare(text: string): number {
  const share = Number(text);
  if (text.trim() !== '' && share >= 0 && share <= 1) return share;
  throw new InvalidArgumentError('Give a number from 0 to 1.');
}

interface OpenRun {
  readonly run: string;
  readonly epoch: number;
  readonly engine: string;
  readonly depth: Predictor;
  readonly classifier: Predictor;
}

/** Starts the engine, loads the run's networks, and frees both afterwards. */
async function withRun(
  project: Project,
  options: { readonly run: string; readonly epoch?: string; readonly engine: EngineChoice },
  work: (open: OpenRun) => Promise<void>,
): Promise<void> {
  const run = findJobId(project, options.run);
  const folder = jobFolder(project, run).path;
  const engine = await startEngine({ name: options.engine, threads: 0, reproducible: false });
  try {
    const epoch = await epochOf(folder, options.epoch);
    const depth = await loadPredictor(folder, epoch, engine);
    const classifier = await loadPredictor(folder, 'last', engine);
    await work({ run, epoch: epoch === 'last' ? 1 : epoch, engine: engine.name, depth, classifier });
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

async function predictFile(path: string, folder: string, looker: Looker): Promise<Prediction[] | Failure> {
  let seen: PictureLook;
  try {
    seen = await lookAtPicture(path, path, looker);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const reason = error.data['reason']; // Only pictures that cannot be decoded have one.
    if (typeof reason !== 'string') throw error;
    return { path, reason, message: error.message };
  }
  const { faces, failure, milliseconds } = seen;
  if (failure !== null) return { path, reason: failure, message: `${path}: no usable face (${failure}).` };
  return Promise.all(
    faces.map(async ({ box, predicted, target, size, measures, score }, face) => {
      const name = join(folder, `${basename(path, extname(path))}-face${face}`);
      await writeFileAtomic(`${name}.png`, await encodePng(greyImage(predicted, size)));
      await writeFileAtomic(`${name}.f32`, bytesOf(predicted));
      await writeFileAtomic(`${name}-target.f32`, bytesOf(target));
      return {
        path,
        face,
        box: [box.x, box.y, box.width, box.height],
        png: `${name}.png`,
        raw: `${name}.f32`,
        target: `${name}-target.f32`,
        size,
        meanDepth: measures.meanDepth,
        measures,
        score,
        milliseconds,
      };
    }),
  );
}

const bytesOf = (map: Float32Array) => new Uint8Array(map.buffer, map.byteOffset, map.byteLength);

function greyImage(map: Float32Array, side: number) {
  const image = createImage(side, side);
  map.forEach((value, pixel) => {
    image.data.fill(Math.round(255 * Math.min(1, Math.max(0, value))), 3 * pixel, 3 * pixel + 3);
  });
  return image;
}

/** A file as it is; of a folder every image below it, sorted. */
async function imagesAt(path: string): Promise<string[]> {
  const facts = statSync(path, { throwIfNoEntry: false });
  if (!facts) throw new AppError('not-found', `${path}: no such file or folder.`, { path });
  if (!facts.isDirectory()) return [path];
  const names = await readdir(path, { recursive: true });
  return names
    .filter((name) => imageExtensions.has(extname(name).toLowerCase()))
    .sort()
    .map((name) => join(path, name));
}
