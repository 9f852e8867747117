import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, isAbsolute, join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { dataFolder } from '@workbench/project/app-folders';
import { readJsonIfPresent, writeJson } from '@workbench/project/files';
import { z } from '@shared/zod';
import { commandRunner } from './command-runner';
import type { FfmpegRunner } from './runner';
import { wasmRunner } from './wasm-runner';

/** `tools.json` in the person's data folder: programs that Relief calls. */
export const Tools = z.strictObject({
  /** Absolute path of an FFmpeg program; `wasm` for the build that Relief brings; null = what is found. */
  ffmpeg: z.string().nullable(),
});
export const toolsFile = (): string => join(dataFolder(), 'tools.json');

export type DecoderChoice =
  | { readonly kind: 'program'; readonly path: string; readonly from: 'configured' | 'system' | 'package' }
  | { readonly kind: 'wasm'; readonly from: 'configured' | 'fallback' };

/**
 * What decodes video: the configured FFmpeg, else one on the search path, else one that came as an npm package, else the
 * WebAssembly build that Relief brings.
 * @throws AppError `not-found` naming a configured program that does not run
 */
export async function chooseDecoder(environment: NodeJS.ProcessEnv = process.env): Promise<DecoderChoice> {
  const tools = await readJsonIfPresent(toolsFile(), Tools, 'list of tools');
  const configured = environment['RELIEF_FFMPEG'] ?? tools?.ffmpeg ?? null;
  if (configured === 'wasm') return { kind: 'wasm', from: 'configured' };
  if (configured !== null && configured !== '') {
    if (!isAbsolute(configured) || !runs(configured))
      throw new AppError(
        'not-found',
        `The configured FFmpeg ${configured} does not run. Give the absolute path of an ffmpeg program ("relief video --use PATH", or RELIEF_FFMPEG).`,
        { path: configured, reason: 'no-decoder' },
      );
    return { kind: 'program', path: configured, from: 'configured' };
  }
  const system = onSearchPath(environment);
  if (system !== undefined) return { kind: 'program', path: system, from: 'system' };
  const packaged = inPackages();
  if (packaged !== undefined) return { kind: 'program', path: packaged, from: 'package' };
  return { kind: 'wasm', from: 'fallback' };
}

export function runnerOf(choice: DecoderChoice): FfmpegRunner {
  return choice.kind === 'program' ? commandRunner(choice.path) : wasmRunner();
}

/**
 * Chooses what decodes from now on.
 * @param ffmpeg absolute path of a program, `wasm`, or `auto` for what is found
 * @throws AppError `not-found` when the program does not run; the choice before is kept then
 */
export async function configureDecoder(ffmpeg: string): Promise<void> {
  if (ffmpeg !== 'auto' && ffmpeg !== 'wasm') await chooseDecoder({ RELIEF_FFMPEG: ffmpeg });
  await writeJson(toolsFile(), Tools.parse({ ffmpeg: ffmpeg === 'auto' ? null : ffmpeg }));
}

/** For records: the program's path, or the package's name. */
export function nameOfDecoder(choice: DecoderChoice): string {
  return choice.kind === 'program' ? choice.path : '@ffmpeg/core';
}

const executable = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';

function runs(program: string): boolean {
  const { status, stdout } = spawnSync(program, ['-hide_banner', '-version'], { encoding: 'utf8', timeout: 10_000 });
  return status === 0 && stdout.includes('ffmpeg');
}

function onSearchPath(environment: NodeJS.ProcessEnv): string | undefined {
  return (environment['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, executable))
    .find((program) => existsSync(program) && runs(program));
}

/** Packages that bring a program for this system inside them. */
function inPackages(): string | undefined {
  const require = createRequire(__filename);
  const names = [`@ffmpeg-installer/${process.platform}-${process.arch}/${executable}`, `ffmpeg-static/${executable}`];
  for (const name of names) {
    try {
      const program = require.resolve(name);
      if (runs(program)) return program;
    } catch {
      // Not installed.
    }
  }
  return undefined;
}
