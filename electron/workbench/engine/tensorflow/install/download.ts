import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { systemCode, withFileErrors } from '@workbench/project/file-errors';
import type { Requirement } from './contents';
import type { Host } from './host';
import { explainFailure, type Pip } from './pip';
import { runProgram } from './run-program';
import { openWheel } from './wheel';
import { parseWheelName } from './wheel-name';

export interface DownloadOptions {
  readonly pip: Pip;
  readonly host: Host;
  /** Where whole wheels are kept. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Bytes that have come, and of how many where pip says so. */
  readonly onProgress: (file: string, bytes: number, total: number | null) => void;
}

const pollMs = 400;

/** Versions of Python whose wheels are asked for, in turn; which one does not matter, as only its libraries are used. */
const pythons = ['3.12', '3.11', '3.13', '3.10', '3.14'] as const;
const platforms = ['manylinux_2_27', 'manylinux_2_28', 'manylinux2014', 'manylinux_2_17'] as const;

/**
 * Has the user's pip fetch one wheel, without what it depends on, unless a whole one lies in the folder.
 * @returns the wheel's path
 * @throws AppError `disconnected`, `not-found` where the index offers none, `no-space`, `cancelled`
 */
export async function downloadWheel(requirement: Requirement, options: DownloadOptions): Promise<string> {
  const { folder } = options;
  await withFileErrors('write', folder, () => mkdir(folder, { recursive: true }));
  const kept = await keptWheel(requirement, folder);
  if (kept !== undefined) return kept;
  const partial = join(folder, 'partial');
  try {
    for (const python of pythons) {
      await rm(partial, { recursive: true, force: true });
      await withFileErrors('write', partial, () => mkdir(join(partial, 'temporary'), { recursive: true }));
      const file = await fetchFor(python, requirement, partial, options);
      if (file === undefined) continue;
      await rename(join(partial, file), join(folder, file));
      return join(folder, file);
    }
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  throw new AppError(
    'not-found',
    `pip's package index offers no wheel ${requirement.specifier} for Linux on ${options.host.machine}. Check pip's settings (index-url), or name a wheel with --from FILE.`,
  );
}

/** @returns the file that pip saved, or undefined where there is none for that Python */
async function fetchFor(
  python: string,
  { specifier }: Requirement,
  partial: string,
  { pip, host, signal, onProgress }: DownloadOptions,
): Promise<string | undefined> {
  let said = '';
  const meter = setInterval(() => {
    const [, file, size, unit = ''] =
      lastMatch(/Downloading (?:\S*\/)?(\S+\.whl)\S* \(([\d.]+) ([kMG]?B)\)/g, said) ?? [];
    if (file === undefined) return;
    largestBelow(partial)
      .then((bytes) => {
        onProgress(file, bytes, size === undefined ? null : Number(size) * (units[unit] ?? 1));
      })
      .catch(() => undefined); // A file that vanished while it was looked at.
  }, pollMs);
  try {
    const { code, stdout, stderr } = await runProgram(
      pip.program,
      [
        ...pip.args,
        ...['download', '--no-deps', '--only-binary', ':all:', '--disable-pip-version-check', '--no-input'],
        ...['--progress-bar', 'off', '--python-version', python, '--implementation', 'cp'],
        ...platforms.flatMap((platform) => ['--platform', `${platform}_${host.machine}`]),
        // A connection that breaks is taken up where it broke.
        ...(pip.version[0] > 25 || (pip.version[0] === 25 && pip.version[1] >= 1) ? ['--resume-retries', '5'] : []),
        ...['--dest', partial, specifier],
      ],
      {
        // Here the growing file can be seen, and it is gone with its folder whatever happens.
        environment: { ...process.env, TMPDIR: join(partial, 'temporary'), PYTHONUNBUFFERED: '1' },
        signal,
        onOutput: (text) => {
          said += text;
        },
      },
    );
    if (code === 0) {
      const saved = (await readdir(partial)).find((name) => name.endsWith('.whl'));
      if (saved !== undefined) return saved;
      throw new AppError('internal', `pip fetched ${specifier} but left no wheel in ${partial}.`);
    }
    const failure = explainFailure(`${stdout}\n${stderr}`, specifier);
    if (failure === 'not-offered') return undefined;
    throw failure;
  } finally {
    clearInterval(meter);
  }
}

/** A whole wheel of an earlier attempt; one that is not whole is removed. */
async function keptWheel({ distribution, specifier }: Requirement, folder: string): Promise<string | undefined> {
  const series = /==([\d.]+)\.\*$/.exec(specifier)?.[1];
  for (const file of await readdir(folder)) {
    const name = parseWheelName(file);
    if (name?.distribution !== distribution) continue;
    if (series !== undefined && !name.version.startsWith(`${series}.`)) continue;
    const path = join(folder, file);
    try {
      (await openWheel(path)).close();
      return path;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'invalid') throw error;
      await rm(path, { force: true });
    }
  }
  return undefined;
}

const units: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 };

function lastMatch(pattern: RegExp, text: string): RegExpMatchArray | undefined {
  return [...text.matchAll(pattern)].at(-1);
}

/** Size of the largest file below a folder: the one that grows. */
async function largestBelow(folder: string): Promise<number> {
  let largest = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    try {
      largest = Math.max(largest, entry.isDirectory() ? await largestBelow(path) : (await stat(path)).size);
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
    }
  }
  return largest;
}
