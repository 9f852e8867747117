import { AppError } from '@shared/contract/errors';
import type { Host } from './host';

/** The parts of a wheel's file name (PEP 427): `tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl`. */
export interface WheelName {
  readonly file: string;
  /** Lower case, words joined by `_`. */
  readonly distribution: string;
  readonly version: string;
  /** Platform tags, any of which fits. */
  readonly platforms: readonly string[];
}

/** @returns undefined for a name that is not a wheel's */
export function parseWheelName(file: string): WheelName | undefined {
  const match = /^([^-]+)-([^-]+)(?:-\d[^-]*)?-[^-]+-[^-]+-([^-]+)\.whl$/.exec(file);
  const [, distribution = '', version = '', platforms = ''] = match ?? [];
  if (!match) return undefined;
  return { file, distribution: normalizedName(distribution), version, platforms: platforms.split('.') };
}

/** A distribution's name as wheels write it: lower case, every run of `-`, `_` and `.` one `_` (PEP 503). */
export function normalizedName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '_');
}

/**
 * Whether the wheel's libraries run on this machine. Which Python it is for does not matter: none is run.
 * @throws AppError `unsupported` naming what the wheel is for and what this machine is
 */
export function requireFit(wheel: WheelName, host: Host): void {
  if (wheel.platforms.some((platform) => platform === 'any' || fits(platform, host))) return;
  const isOther = !wheel.platforms.some((platform) => platform.endsWith(`_${host.machine}`) && isGnuLinux(platform));
  const needed = wheel.platforms.map(glibcOf).find((version) => version !== undefined);
  throw new AppError(
    'unsupported',
    isOther || needed === undefined
      ? `${wheel.file} is for ${wheel.platforms.join(', ')}; this machine is Linux on ${host.machine}. Take the wheel for manylinux and ${host.machine}.`
      : `${wheel.file} needs glibc ${needed.join('.')}; this system has ${host.glibc.join('.')}. Use a newer Linux, or train on wasm or webgpu.`,
    { file: wheel.file },
  );
}

function fits(platform: string, { machine, glibc }: Host): boolean {
  const needed = glibcOf(platform);
  return needed !== undefined && platform.endsWith(`_${machine}`) && !isOlder(glibc, needed);
}

function isGnuLinux(platform: string): boolean {
  return glibcOf(platform) !== undefined;
}

/** Older names of platforms and the glibc they stand for (PEP 600). */
const legacy: Readonly<Record<string, Version>> = {
  manylinux1: [2, 5],
  manylinux2010: [2, 12],
  manylinux2014: [2, 17],
};

export type Version = readonly [major: number, minor: number];

/** The glibc that a platform tag asks for; undefined for other systems. */
function glibcOf(platform: string): Version | undefined {
  const [, major, minor] = /^manylinux_(\d+)_(\d+)_/.exec(platform) ?? [];
  if (major !== undefined && minor !== undefined) return [Number(major), Number(minor)];
  return legacy[platform.split('_')[0] ?? ''];
}

export function isOlder([major, minor]: Version, [otherMajor, otherMinor]: Version): boolean {
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}
