import type { Command } from 'commander';
import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import type { PictureLook } from '@shared/contract/channels';
import type { DepthMeasures } from '@shared/domain/depth-measures';
import { AppError } from '@shared/contract/errors';
import { createFacePipeline } from '@workbench/faces/pipeline';
import { encodePng } from '@workbench/images/encode';
import { createImage } from '@workbench/images/rgb-image';
import { cropRecipeOf, lookAtPicture, type Looker } from '@workbench/inspection/look-at-picture';
import { writeFileAtomic } from '@workbench/project/files';
import { engineNames, readEngineChoice } from '../engine-option';
import { contextOf } from '../context';
import { type RunOptions, withRun } from '../depth-run';
import type { Register } from '../command';
import { registerDepthExplain } from './depth-explain';
import { registerDepthExport } from './depth-export';
import { registerDepthNetwork } from './depth-network';
import { registerDepthRank } from './depth-rank';
import { registerDepthScores } from './depth-scores';
import { registerDepthTargets } from './depth-targets';

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

interface LookOptions extends RunOptions {
  readonly output: string;
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
  registerDepthRank(depth);
  registerDepthScores(depth);
  registerDepthExport(depth);
  registerDepthTargets(depth);
  registerDepthExplain(depth);
  registerDepthNetwork(depth);
};

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
