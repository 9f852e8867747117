import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { EngineDetection, EngineProvider } from '../provider';
import { findNvidiaDriver, noDriver } from './install/host';
import { installedOf } from './install/install';
import { bindingName, tensorflowFolder } from './install/location';
import { missingFile, readManifest } from './install/manifest';

const install = 'relief engine install tensorflow';

/** TensorFlow, where it was installed. Looking for it reads the installation's manifest and loads nothing. */
export const tensorflowProvider: EngineProvider = {
  name: 'tensorflow',
  title: 'TensorFlow',
  reproducibility: 'same-device',

  detect: () => Promise.resolve(detect()),

  async start(options) {
    const found = detect();
    if (!found.present) throw new AppError('unsupported', `${found.reason} ${found.fix}`);
    const { TensorFlowEngine } = await import('./tensorflow-engine');
    return TensorFlowEngine.start(
      join(tensorflowFolder(), bindingName),
      { device: found.device, isGpu: isOnGpu() },
      options,
    );
  },

  installation() {
    const manifest = readManifest();
    return { installed: manifest !== undefined, bytes: manifest ? installedOf(manifest).bytes : 0 };
  },
};

/** Whether the installed TensorFlow computes on a graphics card; false where none is installed. */
export function isOnGpu(): boolean {
  return readManifest()?.variant === 'gpu';
}

function detect(): EngineDetection {
  const manifest = readManifest();
  if (!manifest) return { present: false, reason: 'TensorFlow is not installed.', fix: `Run "${install}".` };
  const missing = missingFile(manifest);
  if (missing !== undefined)
    return {
      present: false,
      reason: `The installed TensorFlow ${manifest.version} is not whole: ${missing} is missing or changed.`,
      fix: `Run "${install}" again.`,
    };
  const shared = { present: true, version: manifest.version, software: false, memoryBytes: null } as const;
  if (manifest.variant === 'cpu') {
    const device = cpus()[0]?.model.trim() ?? 'processor';
    return { ...shared, device, detail: `${device}, ${availableParallelism()} threads, oneDNN` };
  }
  const driver = findNvidiaDriver();
  if (!driver) return { present: false, ...noDriver };
  return { ...shared, device: driver.card, detail: `${driver.card}, CUDA, driver ${driver.version}` };
}
