import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { TensorFlowVariant } from '@shared/domain/engine';
import { withFileErrors } from '@workbench/project/file-errors';
import { cudaRequirements, isTensorFlow, type Requirement, requireTensorFlow, tensorflowSeries } from './contents';
import { downloadWheel, type DownloadOptions } from './download';
import { openInstalled } from './folder-source';
import type { Host } from './host';
import type { SourcePackage } from './source';
import { openWheel, sha256Of } from './wheel';
import { parseWheelName, requireFit } from './wheel-name';

/** What an installation is unpacked from: TensorFlow first, then CUDA's packages. */
export type Sources = readonly [SourcePackage, ...SourcePackage[]];

/**
 * Opens what a person named: a wheel, a folder of wheels, or a folder of unpacked packages (`site-packages`).
 * @throws AppError `invalid` where TensorFlow is not in it or not whole, `unsupported` for another system's or version,
 *   `not-found`
 */
export async function openNamed(path: string, variant: TensorFlowVariant, host: Host): Promise<Sources> {
  const found = (await withFileErrors('read', path, () => stat(path))).isDirectory()
    ? await openFolder(path, host)
    : [await openFitting(path, host)];
  try {
    return chosen(found, variant, path);
  } catch (error) {
    for (const each of found) each.close();
    throw error;
  }
}

async function openFolder(folder: string, host: Host): Promise<SourcePackage[]> {
  const wheels = (await withFileErrors('read', folder, () => readdir(folder))).filter((file) => {
    const distribution = parseWheelName(file)?.distribution ?? '';
    return /^(tensorflow(_cpu)?|nvidia_.+)$/.test(distribution);
  });
  if (wheels.length === 0) return openInstalled(folder);
  const opened: SourcePackage[] = [];
  try {
    for (const file of wheels.sort()) opened.push(await openFitting(join(folder, file), host));
  } catch (error) {
    for (const each of opened) each.close();
    throw error;
  }
  return opened;
}

async function openFitting(path: string, host: Host): Promise<SourcePackage> {
  const wheel = await openWheel(path);
  try {
    requireFit(wheel.name, host);
  } catch (error) {
    wheel.close();
    throw error;
  }
  return wheel;
}

/** TensorFlow and, for a GPU, every CUDA package that it asks for. */
function chosen(found: readonly SourcePackage[], variant: TensorFlowVariant, path: string): Sources {
  const candidates = found.filter((each) => isTensorFlow(each, variant));
  // The package for processors alone is smaller, and says what it is.
  const tensorflow = candidates.find(({ distribution }) => distribution === 'tensorflow_cpu') ?? candidates[0];
  if (!tensorflow) {
    const wanted = variant === 'gpu' ? 'tensorflow' : 'tensorflow-cpu';
    const others = found.map(({ distribution }) => distribution).join(', ');
    throw new AppError(
      'invalid',
      `${path} holds no ${wanted}${others === '' ? '' : ` but ${others}`}. Name the wheel ${wanted} ${tensorflowSeries}, a folder of wheels, or the site-packages folder where it is installed.`,
      { path },
    );
  }
  requireTensorFlow(tensorflow);
  for (const each of found) if (each !== tensorflow && !each.distribution.startsWith('nvidia_')) each.close();
  if (variant === 'cpu') {
    for (const each of found) if (each.distribution.startsWith('nvidia_')) each.close();
    return [tensorflow];
  }
  const cuda = cudaRequirements(tensorflow.metadata).map(({ distribution, specifier }) => {
    const match = found.find((each) => each.distribution === distribution);
    return { match, specifier };
  });
  const lacking = cuda.filter(({ match }) => !match).map(({ specifier }) => specifier);
  if (lacking.length > 0)
    throw new AppError(
      'invalid',
      `${path} lacks CUDA packages that TensorFlow ${tensorflow.version} asks for: ${lacking.join(', ')}. Put their wheels into one folder with it and name the folder.`,
      { path, lacking },
    );
  return [tensorflow, ...cuda.flatMap(({ match }) => (match ? [match] : []))];
}

/**
 * Has pip fetch TensorFlow and, for a GPU, the CUDA packages that its metadata asks for, one wheel after the other.
 * @throws AppError as {@link downloadWheel} and {@link openNamed}
 */
export async function fetchSources(variant: TensorFlowVariant, options: DownloadOptions): Promise<Sources> {
  const opened: SourcePackage[] = [];
  const fetch = async (requirement: Requirement): Promise<SourcePackage> => {
    const wheel = await openFitting(await downloadWheel(requirement, options), options.host);
    opened.push(wheel);
    return wheel;
  };
  try {
    const name = variant === 'gpu' ? 'tensorflow' : 'tensorflow-cpu';
    const tensorflow = await fetch(requirementOf(name));
    requireTensorFlow(tensorflow);
    const cuda: SourcePackage[] = [];
    if (variant === 'gpu')
      for (const requirement of cudaRequirements(tensorflow.metadata)) cuda.push(await fetch(requirement));
    return [tensorflow, ...cuda];
  } catch (error) {
    for (const each of opened) each.close();
    throw error;
  }
}

function requirementOf(name: 'tensorflow' | 'tensorflow-cpu'): Requirement {
  return { distribution: name.replace('-', '_'), specifier: `${name}==${tensorflowSeries}.*` };
}

/** SHA-256 of a wheel; null for a folder. */
export async function hashOf(origin: string): Promise<string | null> {
  if ((await stat(origin)).isDirectory()) return null;
  return sha256Of(createReadStream(origin, { highWaterMark: 2 ** 20 }));
}
