import { join } from 'node:path';
import { dataFolder } from '@workbench/project/app-folders';

/** Where engines that are not part of Relief lie: in the user's data folder, shared by all projects. */
export function enginesFolder(): string {
  return join(dataFolder(), 'engines');
}

/** The installed TensorFlow: libraries, binding and manifest. */
export function tensorflowFolder(): string {
  return join(enginesFolder(), 'tensorflow');
}

/** Where an installation comes into being, until it has passed its self-test. */
export function stagingFolder(): string {
  return join(enginesFolder(), 'tensorflow.staging');
}

/** Whole wheels, kept from one attempt to the next. */
export function downloadsFolder(): string {
  return join(enginesFolder(), 'downloads');
}

/** The native binding's name inside an installation; the libraries lie in `tensorflow/` beside it. */
export const bindingName = 'tfjs_binding.node';
