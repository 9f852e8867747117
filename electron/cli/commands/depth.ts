import type { Command } from 'commander';
import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { defaultRecipe } from '@shared/domain/dataset';
import type { EngineChoice } from '@shared/domain/engine';
import { startEngine } from '@workbench/engine/start';
import { alignedCrop } from '@workbench/faces/aligned-crop';
import { createFacePipeline, type FacePipeline } from '@workbench/faces/pipeline';
import { ImagePyramid } from '@workbench/faces/region';
import { decodeImage } from '@workbench/images/decode';
import { encodePng } from '@workbench/images/encode';
import { createImage } from '@workbench/images/rgb-image';
import { findJobId, jobFolder } from '@workbench/jobs/job-folder';
import { writeFileAtomic } from '@workbench/project/files';
import { loadPredictor, type Predictor } from '@workbench/training/predictor';
import { storedEpochs } from '@workbench/training/run-files';
import { engineNames, readEngineChoice } from '../engine-option';
import { contextOf } from '../context';
import type { Register } from '../command';

const side = 32;
const imageExtensions = new Set(['.jpg', '.jpeg', '.png', '.webp']);

interface Prediction {
  readonly path: string;
  /** Nth face, largest first. */
  readonly face: number;
  readonly box: readonly number[];
  readonly png: string;
  readonly raw: string;
  readonly size: number;
  readonly meanDepth: number;
  readonly score: number | null;
}

interface Failure {
  readonly path: string;
  readonly reason: string;
  readonly message: string;
}

export const registerDepth: Register = (program) => {
  program
    .command('depth <path...>')
    .description('predict the pseudo-depth of faces in photographs: PNG (nearest white) and raw floats')
    .requiredOption('--run <job>', 'the trained run')
    .option('--epoch <n>', 'an epoch of the stage that trains depth (default: its last)')
    .option('--engine <name>', `what computes: ${engineNames}`, readEngineChoice, 'auto')
    .option('-o, --output <dir>', 'where to write', 'depth')
    .action(
      async (
        paths: string[],
        options: { run: string; epoch?: string; output: string; engine: EngineChoice },
        command: Command,
      ) => {
        const { output, withProject } = contextOf(command);
        await withProject(async (project) => {
          const run = findJobId(project, options.run);
          const folder = jobFolder(project, run).path;
          const files = (await Promise.all(paths.map(imagesAt))).flat();
          if (files.length === 0) throw new AppError('invalid', `${paths.join(', ')}: no JPEG, PNG or WebP image.`);
          const engine = await startEngine({ name: options.engine, threads: 0, reproducible: false });
          try {
            const epoch = await epochOf(folder, options.epoch);
            const predictor = await loadPredictor(folder, epoch, engine);
            const scorer = await loadPredictor(folder, 'last', engine);
            const pipeline = await createFacePipeline();
            const predictions: Prediction[] = [];
            const failures: Failure[] = [];
            for (const file of files) {
              const answer = await predictFile(file, resolve(options.output), pipeline, predictor, scorer);
              if (Array.isArray(answer)) predictions.push(...answer);
              else failures.push(answer);
            }
            output.result({ run, epoch, engine: engine.name, predictions, failures }, () =>
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
          } finally {
            engine.dispose();
          }
        });
      },
    );
};

async function epochOf(folder: string, asked: string | undefined): Promise<number | 'last'> {
  const epochs = await storedEpochs(folder);
  if (asked === undefined) return epochs.at(-1) ?? 'last';
  const epoch = Number(asked);
  if (epochs.includes(epoch)) return epoch;
  throw new AppError('not-found', `--epoch ${asked}: kept are ${epochs.length === 0 ? 'none' : epochs.join(', ')}.`);
}

async function predictFile(
  path: string,
  folder: string,
  pipeline: FacePipeline,
  predictor: Predictor,
  scorer: Predictor,
): Promise<Prediction[] | Failure> {
  let pyramid: ImagePyramid;
  try {
    pyramid = new ImagePyramid(await decodeImage(path));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const reason = error.data['reason'];
    return { path, reason: typeof reason === 'string' ? reason : error.code, message: error.message };
  }
  const { faces, failure } = await pipeline.analyse(pyramid);
  if (failure !== undefined) return { path, reason: failure, message: `${path}: no usable face (${failure}).` };
  const crops = faces.map((face) => alignedCrop(pyramid, face, defaultRecipe).image.data);
  const maps = await predictor.predictDepth(crops);
  const scores = scorer.hasScore ? await scorer.predictScore(crops) : undefined;
  return Promise.all(
    faces.map(async ({ box }, face) => {
      const map = maps.slice(face * side * side, (face + 1) * side * side);
      const name = join(folder, `${basename(path, extname(path))}-face${face}`);
      await writeFileAtomic(`${name}.png`, await encodePng(greyImage(map)));
      await writeFileAtomic(`${name}.f32`, new Uint8Array(map.buffer));
      return {
        path,
        face,
        box: [box.x, box.y, box.width, box.height],
        png: `${name}.png`,
        raw: `${name}.f32`,
        size: side,
        meanDepth: map.reduce((sum, value) => sum + value, 0) / map.length,
        score: scores?.[face] ?? null,
      };
    }),
  );
}

function greyImage(map: Float32Array) {
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
