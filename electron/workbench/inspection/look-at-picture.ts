import type { PictureLook } from '@shared/contract/channels';
import { defaultRecipe, type PreparationRecipe } from '@shared/domain/dataset';
import { readRecipe } from '@workbench/datasets/recipe';
import { alignedCrop } from '@workbench/faces/aligned-crop';
import type { AnalyseOptions, FacePipeline } from '@workbench/faces/pipeline';
import { pseudoDepth } from '@workbench/faces/pseudo-depth';
import { ImagePyramid } from '@workbench/faces/region';
import { decodeImage } from '@workbench/images/decode';
import { jobFolder } from '@workbench/jobs/job-folder';
import type { Project } from '@workbench/project/project';
import type { Predictor } from '@workbench/training/predictor';
import { mapAt, mapSide, measureDepth } from './depth-measures';

/** What looks at pictures: a face pipeline, the networks of a run, and how that run's training crops were cut. */
export interface Looker {
  readonly faces: FacePipeline;
  readonly depth: Predictor;
  /** Null while the run has no classifier. */
  readonly classifier: Predictor | null;
  readonly recipe: PreparationRecipe;
}

/**
 * Face → crop → depth → score of a picture that belongs to no dataset, cut as the run's training crops were. The target
 * beside each prediction is what the face's mesh gives: the map a bona fide face would be trained towards. Nothing is
 * stored.
 *
 * @param source a path, or an encoded image's bytes
 * @param name how messages call the picture
 * @throws AppError `invalid` for a file that is no picture, `unsupported` for a run without depth
 */
export async function lookAtPicture(
  source: string | Uint8Array,
  name: string,
  { faces: pipeline, depth, classifier, recipe }: Looker,
  options: AnalyseOptions = {},
): Promise<PictureLook> {
  const clock = new StageClock();
  const pyramid = new ImagePyramid(await decodeImage(source, name));
  clock.stage('decode');
  const { faces, failure } = await pipeline.analyse(pyramid, options);
  const crops = faces.map((face) => alignedCrop(pyramid, face, recipe));
  const targets = crops.map(({ mesh }) => pseudoDepth(mesh, recipe.cropSize, mapSide));
  clock.stage('faces');
  const pixels = crops.map(({ image }) => image.data);
  const maps = pixels.length > 0 ? await depth.predictDepth(pixels) : new Float32Array();
  clock.stage('depth');
  const scores = classifier?.hasScore && pixels.length > 0 ? await classifier.predictScore(pixels) : null;
  clock.stage('score');
  return {
    width: pyramid.image.width,
    height: pyramid.image.height,
    failure: failure ?? null,
    faces: faces.map(({ box, score }, position) => {
      const predicted = mapAt(maps, position);
      const target = Float32Array.from(targets[position] ?? []);
      return {
        box: { x: box.x, y: box.y, width: box.width, height: box.height },
        detection: score,
        cropSize: recipe.cropSize,
        crop: Uint8Array.from(pixels[position] ?? []),
        size: mapSide,
        target,
        predicted,
        measures: measureDepth(predicted, target, mapSide),
        score: scores?.[position] ?? null,
      };
    }),
    milliseconds: clock.times,
  };
}

/** How a run's training crops were cut: its first source's recipe. */
export async function cropRecipeOf(project: Project, job: string): Promise<PreparationRecipe> {
  const config = await jobFolder(project, job).config();
  const [source] = config?.data.sources ?? [];
  return source === undefined ? defaultRecipe : readRecipe(project, source);
}

/** Wall-clock milliseconds between stages. */
class StageClock {
  readonly times = { decode: 0, faces: 0, depth: 0, score: 0 };
  private last = performance.now();

  stage(name: keyof StageClock['times']): void {
    const now = performance.now();
    this.times[name] = now - this.last;
    this.last = now;
  }
}
