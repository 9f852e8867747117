import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findElectron } from './electron-binary.mjs';
import { bindingFolder, collectBinding } from './tensorflow-binding.mjs';

/**
 * `npm run package`: an unpacked application folder under release/, from what `npm run build` made.
 *
 * Jobs are plain Node processes, so everything that they read lies outside the archive: their bundles, the kernels, the
 * native packages, the third-party assets, and a Node to run them with (the one that runs this script).
 */
const electron = findElectron();
const isFallback = electron?.isFallback === true;
if (isFallback)
  process.stderr.write(
    `\nNOTE: packaging the fallback Electron ${electron.version} of 2023, because npm's own could not be downloaded here.\n` +
      'The folder is good for trying out packaging on this machine. Do not give it to anyone.\n\n',
  );

const binding = collectBinding();
if (binding === null)
  process.stderr.write(
    '\nNOTE: packaging without the native binding of TensorFlow: whoever installs that engine will need to be on a checkout\n' +
      'with a compiler. Run "relief engine install tensorflow" on this machine first, and it is shipped.\n\n',
  );

/** Dawn, where it is installed: of its builds for every system, the one for this. */
const system = `${process.platform}-${process.platform === 'darwin' ? 'universal' : process.arch}`;
const dawn = ['package.json', 'index.js', 'LICENSE.md', `dist/${system}/**/*`].map(
  (path) => `node_modules/webgpu/${path}`,
);

/** @type {import('electron-builder').Configuration} */
const configuration = {
  appId: 'org.relief.workbench',
  productName: 'Relief',
  executableName: 'relief',
  copyright: 'Relief authors, Apache-2.0',
  directories: { output: 'release', buildResources: 'build' },
  icon: 'build/icons/icon.png',
  files: [
    'package.json',
    'LICENSE',
    'NOTICE',
    'dist/*.cjs',
    'dist/*.wasm',
    'dist/renderer/**',
    '!dist/.*',
    '!**/*.map',
    'build/icons/icon.png',
    // Everything else is bundled; TensorFlow's libraries are installed by those who want them.
    '!node_modules/**/*',
    'node_modules/@ffmpeg/core/package.json',
    'node_modules/@ffmpeg/core/dist/umd/**/*',
    'node_modules/@napi-rs/**/*',
    'node_modules/@photostructure/**/*',
    'node_modules/node-gyp-build/**/*',
    ...dawn,
  ],
  asar: true,
  asarUnpack: ['package.json', 'dist/*.cjs', 'dist/*.wasm', 'node_modules/**'],
  extraResources: [
    { from: '.cache/assets', to: 'assets' },
    ...(binding === null ? [] : [{ from: bindingFolder, to: 'assets' }]),
    { from: process.execPath, to: process.platform === 'win32' ? 'node/node.exe' : 'node/node' },
  ],
  // All native packages are N-API: they run in any Node and any Electron as they come.
  npmRebuild: false,
  nodeGypRebuild: false,
  electronFuses: {
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    enableCookieEncryption: true,
    // A fuse that the fallback does not have yet.
    ...(isFallback ? {} : { grantFileProtocolExtraPrivileges: false }),
  },
  linux: { target: ['dir'], category: 'Science' },
  mac: { target: ['dir'], category: 'public.app-category.developer-tools' },
  win: { target: ['dir'] },
  publish: null,
  afterPack: ({ appOutDir }) => {
    // What the fallback brings to load a folder named on the command line.
    if (isFallback) rmSync(join(appOutDir, 'resources', 'app'), { recursive: true, force: true });
  },
  ...(isFallback ? { electronDist: dirname(electron.executable), electronVersion: electron.version } : {}),
};

export default configuration;
