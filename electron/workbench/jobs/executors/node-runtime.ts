import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { AppError } from '@shared/contract/errors';

/** The oldest major version of Node that runs jobs. */
const oldestMajor = 20;

export interface NodeRuntime {
  readonly path: string;
  /** Options before the script: what this version needs switched on. */
  readonly options: readonly string[];
}

let found: NodeRuntime | undefined;

/**
 * A plain Node for jobs: this process when it is one; under Electron `RELIEF_NODE`, the one shipped beside the
 * application, or the first on the PATH that is new enough.
 * @throws AppError `unsupported` telling what to install
 */
export function findNode(): NodeRuntime {
  found ??= runtimeAt(candidates());
  return found;
}

function candidates(): { path: string; version: string }[] {
  if (!('electron' in process.versions)) return [{ path: process.execPath, version: process.versions.node }];
  const executable = process.platform === 'win32' ? 'node.exe' : 'node';
  const given = process.env['RELIEF_NODE'];
  const shipped =
    'resourcesPath' in process && typeof process.resourcesPath === 'string'
      ? [join(process.resourcesPath, 'node', 'bin', executable), join(process.resourcesPath, 'node', executable)]
      : [];
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, executable));
  return [...(given === undefined ? [] : [given]), ...shipped, ...onPath]
    .filter((path) => existsSync(path))
    .map((path) => ({ path, version: versionOf(path) }));
}

function versionOf(path: string): string {
  try {
    return execFileSync(path, ['--version'], { encoding: 'utf8', timeout: 5000 }).trim().replace(/^v/, '');
  } catch {
    return '0'; // Not a Node, or not one for this machine.
  }
}

function runtimeAt(options: readonly { path: string; version: string }[]): NodeRuntime {
  const usable = options.find(({ version }) => majorOf(version) >= oldestMajor);
  if (!usable)
    throw new AppError(
      'unsupported',
      `Jobs need Node.js ${oldestMajor} or newer beside Electron; none was found. Install one, or name it in RELIEF_NODE.`,
    );
  // Relaxed SIMD (fused multiply-add) is on by default from V8 11.4; Node 20 has 11.3.
  const relaxed = majorOf(usable.version) === 20 ? ['--experimental-wasm-relaxed-simd'] : [];
  return { path: usable.path, options: ['--enable-source-maps', ...relaxed] };
}

function majorOf(version: string): number {
  return parseInt(version, 10);
}
