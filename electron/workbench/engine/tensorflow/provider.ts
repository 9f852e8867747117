import { AppError } from '@shared/contract/errors';
import type { EngineProvider } from '../provider';

const missing = {
  present: false,
  reason: 'This version does not train on TensorFlow.',
  fix: 'WASM trains on every machine.',
} as const;

/** TensorFlow: not built in yet. */
export const tensorflowProvider: EngineProvider = {
  name: 'tensorflow',
  title: 'TensorFlow',
  reproducibility: 'none',
  detect: () => Promise.resolve(missing),
  start: () => Promise.reject(new AppError('unsupported', `${missing.reason} ${missing.fix}`)),
};
