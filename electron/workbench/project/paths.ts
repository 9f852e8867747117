import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '@shared/contract/errors';

/** The folder that holds Relief's package.json: the checkout, or the application folder of a packaged build. */
function findApplicationRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && /"name":\s*"relief"/.test(readFileSync(manifest, 'utf8'))) return folder;
    if (dirname(folder) === folder) throw new Error(`no Relief package.json above ${start}`);
  }
}

export const applicationRoot = findApplicationRoot(__dirname);

/**
 * A built file of `dist/` by name, such as `job.cjs` or `kernels-simd.wasm`. A packaged build keeps what a plain Node
 * process must read outside the archive, beside it.
 * @throws AppError `not-found` naming the file and the command that builds it
 */
export function distFile(name: string): string {
  return firstExisting(
    [
      join(applicationRoot.replace(/app\.asar$/, 'app.asar.unpacked'), 'dist', name),
      join(applicationRoot, 'dist', name),
    ],
    `built file ${name}; run "npm run build"`,
  );
}

/**
 * A third-party asset copied out of its package at set-up (face models, canonical mesh), by name.
 * @throws AppError `not-found` naming the file and the command that fetches it
 */
export function assetFile(name: string): string {
  return firstExisting(assetPlaces(name), `asset ${name}; run "npm run setup"`);
}

/** As {@link assetFile}, or undefined where there is none: for what not every set-up or package brings. */
export function findAssetFile(name: string): string | undefined {
  return assetPlaces(name).find((path) => existsSync(path));
}

function assetPlaces(name: string): string[] {
  return [
    join(applicationRoot, '.cache', 'assets', name),
    join(applicationRoot.replace(/app\.asar$/, 'app.asar.unpacked'), 'assets', name),
    join(dirname(applicationRoot), 'assets', name),
  ];
}

function firstExisting(candidates: readonly string[], what: string): string {
  for (const candidate of candidates) if (existsSync(candidate)) return candidate;
  throw new AppError('not-found', `Missing ${what} (looked in ${candidates.join(', ')}).`);
}
