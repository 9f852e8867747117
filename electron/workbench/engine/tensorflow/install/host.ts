import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { systemCode } from '@workbench/project/file-errors';
import { isOlder, type Version } from './wheel-name';

/** What libraries of a wheel are chosen by. */
export interface Host {
  /** As wheels name it: `x86_64`, `aarch64`. */
  readonly machine: string;
  readonly glibc: Version;
}

/** TensorFlow's wheels ask for at least this; checked before anything is fetched. */
const oldestGlibc: Version = [2, 27];

const machines: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

/**
 * This machine.
 * @throws AppError `unsupported` where TensorFlow offers no libraries: not Linux, another processor, no or an old glibc
 */
export function requireHost(
  platform: string = process.platform,
  architecture: string = process.arch,
  glibcText = runtimeGlibc(),
): Host {
  const others = 'Train on wasm, or on webgpu where there is a graphics card.';
  if (platform !== 'linux')
    throw new AppError('unsupported', `The TensorFlow engine runs on Linux only; this is ${platform}. ${others}`);
  const machine = machines[architecture];
  if (machine === undefined)
    throw new AppError(
      'unsupported',
      `TensorFlow has no libraries for processors of type ${architecture} (x64 and arm64 it has). ${others}`,
    );
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(glibcText ?? '') ?? [];
  if (major === undefined || minor === undefined)
    throw new AppError(
      'unsupported',
      `TensorFlow needs the GNU C library (glibc), which this system does not use (Alpine has musl). Use Debian, Ubuntu, Fedora or the like. ${others}`,
    );
  const glibc: Version = [Number(major), Number(minor)];
  if (isOlder(glibc, oldestGlibc))
    throw new AppError(
      'unsupported',
      `TensorFlow needs glibc ${oldestGlibc.join('.')} or newer; this system has ${glibc.join('.')}. Use a newer Linux. ${others}`,
    );
  return { machine, glibc };
}

function runtimeGlibc(): string | undefined {
  const report: unknown = process.report.getReport();
  const header: unknown = typeof report === 'object' && report !== null ? Reflect.get(report, 'header') : undefined;
  const version: unknown =
    typeof header === 'object' && header !== null ? Reflect.get(header, 'glibcVersionRuntime') : undefined;
  return typeof version === 'string' ? version : undefined;
}

/** @throws AppError `no-space` naming the folder, what is needed and what is free */
export async function requireSpace(folder: string, bytes: number, what: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw new AppError(
    'no-space',
    `${what} needs ${gigabytes(bytes)} in ${folder}, where ${gigabytes(free)} are free. Make room, or put the data folder elsewhere with RELIEF_HOME.`,
    { folder, bytes, free },
  );
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** The NVIDIA driver as the kernel tells of it, and its first card's name. */
export interface NvidiaDriver {
  readonly version: string;
  readonly card: string;
}

const driverFolder = '/proc/driver/nvidia';

/** @returns undefined where no driver is loaded */
export function findNvidiaDriver(folder = driverFolder): NvidiaDriver | undefined {
  try {
    if (!existsSync(join(folder, 'version'))) return undefined;
    const version = /Kernel Module\D*([\d.]+)/.exec(readFileSync(join(folder, 'version'), 'utf8'))?.[1] ?? 'unknown';
    const [first] = readdirSync(join(folder, 'gpus')).sort();
    if (first === undefined) return undefined;
    const about = readFileSync(join(folder, 'gpus', first, 'information'), 'utf8');
    return { version, card: /^Model:\s*(.+)$/m.exec(about)?.[1]?.trim() ?? 'NVIDIA GPU' };
  } catch (error) {
    if (systemCode(error) !== undefined) return undefined;
    throw error;
  }
}

export const noDriver = {
  reason: 'No NVIDIA driver is loaded on this machine (nothing in /proc/driver/nvidia).',
  fix: 'Install the driver of your card and restart, or take TensorFlow without --gpu.',
} as const;
