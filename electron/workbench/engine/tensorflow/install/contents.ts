import { AppError } from '@shared/contract/errors';
import type { TensorFlowVariant } from '@shared/domain/engine';
import type { FileSource, SourcePackage } from './source';
import { normalizedName } from './wheel-name';

/** The minor version that the binding is known to work with. */
export const tensorflowSeries = '2.21';

const libraries = ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'] as const;

/** The headers that the binding is compiled with. */
const headers = ['tensorflow/c/', 'tensorflow/core/platform/', 'tsl/platform/', 'xla/tsl/c/'].map(
  (folder) => `tensorflow/include/${folder}`,
);

const notices = /^(tensorflow\/THIRD_PARTY_NOTICES\.txt|[^/]+\.dist-info\/(METADATA|.*LICEN[CS]E.*))$/i;

/** Of CUDA's wheels: shared libraries, and the compiler's back end, which some kernels are finished with on first use. */
const cuda = /^nvidia\/([^/]+\/lib\/[^/]+\.so[.\d]*|cuda_nvcc\/(bin\/ptxas|nvvm\/libdevice\/[^/]+))$/;

/** Packages that hold TensorFlow itself, by what they compute on. */
const distributions: Readonly<Record<TensorFlowVariant, readonly string[]>> = {
  cpu: ['tensorflow_cpu', 'tensorflow'],
  gpu: ['tensorflow'],
};

export function isTensorFlow(
  { distribution }: Pick<SourcePackage, 'distribution'>,
  variant: TensorFlowVariant,
): boolean {
  return distributions[variant].includes(distribution);
}

/** The files of a package that the engine needs. */
export function neededFiles({ files }: SourcePackage): FileSource[] {
  return files.filter(
    ({ path }) =>
      libraries.some((library) => library === path) ||
      (path.endsWith('.h') && headers.some((folder) => path.startsWith(folder))) ||
      notices.test(path) ||
      cuda.test(path),
  );
}

/**
 * @throws AppError `invalid` where a package lacks TensorFlow's libraries or headers, `unsupported` for a version that the
 *   binding does not fit
 */
export function requireTensorFlow(source: SourcePackage): void {
  const { origin, version, distribution } = source;
  const paths = new Set(source.files.map(({ path }) => path));
  const lacking = [...libraries, 'tensorflow/include/tensorflow/c/c_api.h'].find((path) => !paths.has(path));
  if (lacking !== undefined)
    throw new AppError(
      'invalid',
      `${origin} (${distribution} ${version}) holds no ${lacking}: it is not a whole TensorFlow ${tensorflowSeries} for Linux. Take the wheel tensorflow-cpu ${tensorflowSeries}.`,
      { path: origin },
    );
  if (!version.startsWith(`${tensorflowSeries}.`))
    throw new AppError(
      'unsupported',
      `${origin} is TensorFlow ${version}; this Relief works with ${tensorflowSeries}. Take the wheel tensorflow-cpu ${tensorflowSeries}.`,
      { path: origin, version },
    );
}

/** A package that another one asks for: name, and the versions as pip takes them. */
export interface Requirement {
  readonly distribution: string;
  readonly specifier: string;
}

/** The CUDA packages that TensorFlow's own metadata asks for (`Requires-Dist: … ; extra == "and-cuda"`). */
export function cudaRequirements(metadata: string): Requirement[] {
  return metadata.split(/\r?\n/).flatMap((line) => {
    const [, name, versions = ''] =
      /^Requires-Dist:\s*([\w.-]+)\s*\(?([^;)]*)\)?\s*;.*extra\s*==\s*["']and-cuda["']/.exec(line) ?? [];
    if (name === undefined) return [];
    return [{ distribution: normalizedName(name), specifier: `${name}${versions.trim()}` }];
  });
}
