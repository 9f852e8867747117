import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { io } from '@tensorflow/tfjs-core';
import { loadGraphModel, type GraphModel } from '@tensorflow/tfjs-converter';
import { AppError } from '@shared/contract/errors';
import { assetFile } from '@workbench/project/paths';

/** The three networks, by the names of their files (MediaPipe's weights, Apache-2.0, as tfjs graph models). */
export type FaceModelName = 'facemesh-detection-short' | 'facemesh-detection-full' | 'facemesh';

/**
 * Loads a network onto the tfjs backend that is set.
 * @throws AppError `not-found` when set-up has not copied the model
 */
export async function loadFaceModel(name: FaceModelName): Promise<GraphModel> {
  return loadGraphModel({ load: () => Promise.resolve(readModelFiles(assetFile(`${name}.json`))) });
}

/** tfjs's layout of a model on disk: the topology and, beside it, the weight files that its manifest names. */
function readModelFiles(path: string): io.ModelArtifacts {
  const model: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!isModelJson(model)) throw new AppError('invalid', `${path} is not a tfjs graph model; run "npm run setup".`);
  const files = model.weightsManifest.flatMap((group) => group.paths);
  const weights = Buffer.concat(files.map((file) => readFileSync(join(dirname(path), file))));
  return {
    modelTopology: model.modelTopology,
    format: 'graph-model',
    weightSpecs: model.weightsManifest.flatMap((group) => group.weights),
    weightData: new Uint8Array(weights).buffer,
    ...(model.signature && { signature: model.signature }),
    ...(model.userDefinedMetadata && { userDefinedMetadata: model.userDefinedMetadata }),
  };
}

/** tfjs checks the rest itself when it builds the graph. */
function isModelJson(value: unknown): value is io.ModelJSON {
  return typeof value === 'object' && value !== null && 'modelTopology' in value && 'weightsManifest' in value;
}
