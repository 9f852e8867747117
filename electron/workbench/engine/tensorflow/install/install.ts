import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { InstalledEngine, InstallProgress, TensorFlowVariant } from '@shared/domain/engine';
import type { Lease } from '@shared/domain/project';
import { withFileErrors } from '@workbench/project/file-errors';
import { acquireLease, describeWriter } from '@workbench/project/lease';
import { findBinding, provideBinding } from './binding';
import { neededFiles } from './contents';
import { findNvidiaDriver, noDriver, requireHost, requireSpace } from './host';
import { bindingName, downloadsFolder, enginesFolder, stagingFolder, tensorflowFolder } from './location';
import { type Manifest, readManifest, writeManifest } from './manifest';
import { findPip } from './pip';
import { checkInstallation, type NodeCommand } from './self-test';
import { fetchSources, hashOf, openNamed, type Sources } from './sources';
import { totalBytes, unpackFile, type UnpackedFile } from './unpack';

export interface InstallOptions {
  readonly variant: TensorFlowVariant;
  /** A wheel, a folder of wheels, or a `site-packages` folder; null has the user's pip fetch it. */
  readonly from: string | null;
  /** The plain Node that runs the self-test. */
  readonly node: NodeCommand;
  readonly role: Lease['role'];
  readonly signal: AbortSignal;
  readonly onProgress: (progress: InstallProgress) => void;
}

/** What fetching and unpacking take at most, so that a full disk is told of before the first byte. */
const neededBytes: Readonly<Record<TensorFlowVariant, number>> = { cpu: 1.4e9, gpu: 9e9 };
/** Besides the libraries: headers, notices, the binding. */
const spareBytes = 5e7;

/**
 * Installs TensorFlow into the user's data folder. It is put together beside its place, checked by a training step, and moved
 * there whole; whatever goes wrong before leaves what was there as it was. Wheels that are complete are kept for the
 * next attempt until one succeeds.
 * @throws AppError `unsupported` (this system, no Python, no compiler, no driver, a failed self-test), `invalid` (damaged or
 *   wrong wheel), `disconnected`, `not-found`, `no-space`, `permission`, `conflict` (another one installs), `cancelled`
 */
export async function installTensorFlow(options: InstallOptions): Promise<InstalledEngine> {
  const { variant, from, signal, onProgress } = options;
  const host = requireHost();
  if (variant === 'gpu' && !findNvidiaDriver()) throw new AppError('unsupported', `${noDriver.reason} ${noDriver.fix}`);
  const binding = findBinding();
  return withFolderHeld(options.role, async () => {
    const staging = stagingFolder();
    await rm(staging, { recursive: true, force: true });
    let sources: Sources | undefined;
    try {
      if (from === null) await requireSpace(enginesFolder(), neededBytes[variant], 'Fetching TensorFlow');
      sources = from === null ? await fetchAll(options, host) : await openNamed(from, variant, host);
      await withFileErrors('write', staging, () => mkdir(staging, { recursive: true }));
      const files = await unpackAll(sources, staging, options);
      onProgress({
        phase: 'build',
        detail: binding.from === 'packaged' ? 'native binding' : 'compiling the native binding',
        share: null,
      });
      const provided = await provideBinding(binding, staging, signal);
      onProgress({ phase: 'check', detail: 'one training step beside WASM', share: null });
      const { version, ...selfTest } = await checkInstallation(
        join(staging, bindingName),
        variant,
        options.node,
        signal,
      );
      const manifest: Manifest = {
        ...{ formatVersion: 1, variant, version, sources: await describe(sources), files, binding: provided, selfTest },
        installedAt: new Date().toISOString(),
      };
      await writeManifest(staging, manifest);
      await putInPlace(staging);
      await rm(downloadsFolder(), { recursive: true, force: true });
      return installedOf(manifest);
    } finally {
      for (const source of sources ?? []) source.close();
      await rm(staging, { recursive: true, force: true });
    }
  });
}

/** Removes an installed TensorFlow, and wheels of attempts that failed. Runs that compute on it go on to their end. */
export async function removeTensorFlow(
  role: Lease['role'],
): Promise<{ readonly removed: boolean; readonly bytes: number }> {
  return withFolderHeld(role, async () => {
    const manifest = readManifest();
    const removed = existsSync(tensorflowFolder());
    for (const folder of [tensorflowFolder(), stagingFolder(), retiredFolder(), downloadsFolder()])
      await withFileErrors('remove', folder, () => rm(folder, { recursive: true, force: true }));
    return { removed, bytes: manifest ? installedOf(manifest).bytes : 0 };
  });
}

export function installedOf({ variant, version, files, binding, selfTest }: Manifest): InstalledEngine {
  const bytes = files.reduce((sum, file) => sum + file.bytes, binding.bytes);
  return { name: 'tensorflow', variant, version, folder: tensorflowFolder(), bytes, selfTest };
}

/** One installation at a time, over all windows and commands of a user. */
async function withFolderHeld<T>(role: Lease['role'], work: () => Promise<T>): Promise<T> {
  const folder = enginesFolder();
  await withFileErrors('write', folder, () => mkdir(folder, { recursive: true }));
  const asked = await acquireLease(folder, role);
  if (!asked.held)
    throw new AppError(
      'conflict',
      `Engines are being installed or removed by ${describeWriter(asked.writer)}; wait for it, or stop it.`,
    );
  try {
    return await work();
  } finally {
    await asked.lease.release();
  }
}

async function fetchAll(
  { variant, signal, onProgress }: InstallOptions,
  host: ReturnType<typeof requireHost>,
): Promise<Sources> {
  onProgress({ phase: 'download', detail: 'asking pip', share: null });
  const pip = await findPip();
  return fetchSources(variant, {
    ...{ pip, host, signal, folder: downloadsFolder() },
    onProgress(file, bytes, total) {
      const share = total === null ? null : Math.min(1, bytes / total);
      const of = total === null ? '' : ` of ${megabytes(total)}`;
      onProgress({ phase: 'download', detail: `${file} · ${megabytes(bytes)}${of}`, share });
    },
  });
}

async function unpackAll(
  sources: Sources,
  staging: string,
  { signal, onProgress }: InstallOptions,
): Promise<UnpackedFile[]> {
  const wanted = sources.map((source) => ({ source, files: neededFiles(source) }));
  const total = totalBytes(wanted.flatMap(({ files }) => files));
  await requireSpace(staging, total + spareBytes, 'Unpacking TensorFlow');
  const unpacked: UnpackedFile[] = [];
  let done = 0;
  let told = 0;
  for (const { source, files } of wanted)
    for (const file of files) {
      const onBytes = (count: number): void => {
        done += count;
        if (done - told < total / 200 && done < total) return;
        told = done;
        onProgress({
          phase: 'unpack',
          detail: `${basename(file.path)} · ${megabytes(done)} of ${megabytes(total)}`,
          share: done / total,
        });
      };
      unpacked.push(await unpackFile(file, staging, source.origin, { signal, onBytes }));
    }
  return unpacked;
}

async function describe(sources: Sources): Promise<Manifest['sources']> {
  const described = [];
  for (const { origin, distribution, version } of sources)
    described.push({ name: `${distribution} ${version}`, sha256: await hashOf(origin) });
  return described;
}

function retiredFolder(): string {
  return join(enginesFolder(), 'tensorflow.retired');
}

/** Swaps the finished installation in; one that was there is removed. */
async function putInPlace(staging: string): Promise<void> {
  const [place, retired] = [tensorflowFolder(), retiredFolder()];
  await rm(retired, { recursive: true, force: true });
  if (existsSync(place)) await rename(place, retired);
  await rename(staging, place);
  await rm(retired, { recursive: true, force: true });
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
