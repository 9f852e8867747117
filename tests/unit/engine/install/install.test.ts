import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InstallProgress } from '@shared/domain/engine';
import { installTensorFlow, removeTensorFlow } from '@workbench/engine/tensorflow/install/install';
import { bindingName, enginesFolder, tensorflowFolder } from '@workbench/engine/tensorflow/install/location';
import { type Manifest, missingFile, readManifest, writeManifest } from '@workbench/engine/tensorflow/install/manifest';
import { checkInstallation } from '@workbench/engine/tensorflow/install/self-test';
import { tensorflowProvider } from '@workbench/engine/tensorflow/provider';
import { acquireLease } from '@workbench/project/lease';
import { buildBundles } from '../../../fixtures/build';
import { errorOf } from '../../../fixtures/errors';
import { tinyTensorFlow, writeWheel } from '../../../fixtures/made-up-wheel';
import { openSandbox, type Sandbox } from '../../../fixtures/small-project';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = openSandbox();
  mkdirSync(enginesFolder(), { recursive: true });
});
afterEach(() => {
  sandbox.remove();
});

const node = { path: process.execPath, options: [] };
function install(from: string, signal = new AbortController().signal, seen: InstallProgress[] = []): Promise<unknown> {
  return installTensorFlow({
    variant: 'cpu',
    from,
    node,
    role: 'command',
    signal,
    onProgress: (each) => seen.push(each),
  });
}

/** An installation as it looks from outside; its libraries are no libraries, so whoever loaded them would fail. */
async function pretendInstalled(): Promise<Manifest> {
  mkdirSync(join(tensorflowFolder(), 'tensorflow'), { recursive: true });
  writeFileSync(join(tensorflowFolder(), 'tensorflow', 'lib.so'), 'library');
  writeFileSync(join(tensorflowFolder(), bindingName), 'binding');
  const hash = '0'.repeat(64);
  const manifest: Manifest = {
    ...{ formatVersion: 1, variant: 'cpu', version: '2.21.0', sources: [], installedAt: '2026-11-01T00:00:00.000Z' },
    files: [{ path: 'tensorflow/lib.so', bytes: 7, sha256: hash }],
    binding: { from: 'compiled', bytes: 7, sha256: hash },
    selfTest: { passed: true, largestDifference: 1e-6 },
  };
  await writeManifest(tensorflowFolder(), manifest);
  return manifest;
}

describe('an installation that fails', () => {
  it('for a damaged wheel leaves nothing, and what was installed as it was', async () => {
    await pretendInstalled();
    const file = writeWheel(sandbox.folder, tinyTensorFlow);
    const bytes = readFileSync(file);
    bytes.write('XX', bytes.indexOf(Buffer.alloc(64, 'framework')));
    writeFileSync(file, bytes);
    const seen: InstallProgress[] = [];
    expect(await errorOf(install(file, undefined, seen))).toMatchObject({ code: 'invalid' });
    expect(seen.map(({ phase }) => phase)).toContain('unpack');
    expect(readdirSync(enginesFolder())).toEqual(['tensorflow']);
    expect(await tensorflowProvider.detect()).toMatchObject({ present: true, version: '2.21.0' });
  });

  it('for libraries that are none tells of the compiler or the self-test, and leaves nothing', async () => {
    const error = await errorOf(install(writeWheel(sandbox.folder, tinyTensorFlow)));
    expect(error).toMatchObject({ code: 'unsupported' });
    expect(readdirSync(enginesFolder())).toEqual([]);
    expect(await tensorflowProvider.detect()).toMatchObject({ present: false, reason: 'TensorFlow is not installed.' });
  });

  it('by a stop leaves nothing', async () => {
    const stop = new AbortController();
    stop.abort();
    expect(await errorOf(install(writeWheel(sandbox.folder, tinyTensorFlow), stop.signal))).toMatchObject({
      code: 'cancelled',
    });
    expect(readdirSync(enginesFolder())).toEqual([]);
  });

  it('because another one runs says who', async () => {
    const other = await acquireLease(enginesFolder(), 'window');
    const error = await errorOf(install(writeWheel(sandbox.folder, tinyTensorFlow)));
    expect(error).toMatchObject({ code: 'conflict' });
    expect(error.message).toMatch(/being installed or removed by a window \(pid \d+/);
    if (other.held) await other.lease.release();
  });
});

describe('the self-test', () => {
  beforeEach(buildBundles);

  it('tells of a binding that cannot be loaded, with the loader’s words', async () => {
    const binding = join(sandbox.folder, bindingName);
    writeFileSync(binding, 'no library');
    const error = await errorOf(checkInstallation(binding, 'cpu', node, new AbortController().signal));
    expect(error).toMatchObject({ code: 'unsupported' });
    expect(error.message).toMatch(
      /The self-test failed: TensorFlow cannot be loaded: .*(invalid ELF header|file too short)/,
    );
  }, 30_000);

  it.each([
    ['kill -ILL $$', /lacks instructions that TensorFlow/],
    ['kill -SEGV $$', /crashed \(SIGSEGV\) inside TensorFlow's libraries/],
    ['echo "out of luck" >&2; exit 7', /ended with code 7 and no result\. It said: out of luck/],
  ])('tells of a process that dies by "%s"', async (death, words) => {
    const dying = join(sandbox.folder, 'node');
    writeFileSync(dying, `#!/bin/sh\n${death}\n`, { mode: 0o755 });
    const error = await errorOf(
      checkInstallation('binding', 'cpu', { path: dying, options: [] }, new AbortController().signal),
    );
    expect(error.message).toMatch(words);
  });
});

describe('an installed TensorFlow', () => {
  it('is found by its manifest and the sizes of its files, and nothing of it is loaded', async () => {
    await pretendInstalled();
    expect(await tensorflowProvider.detect()).toMatchObject({ present: true, version: '2.21.0', software: false });
    expect(tensorflowProvider.installation?.()).toEqual({ installed: true, bytes: 14 });
  });

  it('with a file cut short is not there, and says so', async () => {
    const manifest = await pretendInstalled();
    writeFileSync(join(tensorflowFolder(), 'tensorflow', 'lib.so'), 'lib');
    expect(missingFile(manifest)).toBe('tensorflow/lib.so');
    expect(await tensorflowProvider.detect()).toMatchObject({
      present: false,
      reason: expect.stringMatching(/tensorflow\/lib\.so is missing or changed/) as string,
      fix: 'Run "relief engine install tensorflow" again.',
    });
  });

  it('with a manifest that is not ours is not there', async () => {
    await pretendInstalled();
    writeFileSync(join(tensorflowFolder(), 'manifest.json'), '{');
    expect(readManifest()).toBeUndefined();
    expect(await tensorflowProvider.detect()).toMatchObject({ present: false });
  });

  it('is removed whole, once', async () => {
    await pretendInstalled();
    expect(statSync(tensorflowFolder()).isDirectory()).toBe(true);
    expect(await removeTensorFlow('command')).toEqual({ removed: true, bytes: 14 });
    expect(existsSync(tensorflowFolder())).toBe(false);
    expect(await removeTensorFlow('command')).toEqual({ removed: false, bytes: 0 });
  });
});
