import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBinding } from '@workbench/engine/tensorflow/install/binding';
import { findNvidiaDriver, requireHost, requireSpace } from '@workbench/engine/tensorflow/install/host';
import { explainFailure, findPip } from '@workbench/engine/tensorflow/install/pip';
import { runProgram } from '@workbench/engine/tensorflow/install/run-program';
import { errorOf } from '../../../fixtures/errors';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relief-host-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a machine for TensorFlow', () => {
  it('is Linux with a glibc that is new enough', () => {
    expect(requireHost('linux', 'x64', '2.36')).toEqual({ machine: 'x86_64', glibc: [2, 36] });
    expect(requireHost('linux', 'arm64', '2.27')).toEqual({ machine: 'aarch64', glibc: [2, 27] });
  });

  it.each([
    ['darwin', 'arm64', '', /runs on Linux only; this is darwin\. Train on wasm/],
    ['linux', 'ia32', '2.36', /no libraries for processors of type ia32/],
    ['linux', 'x64', '', /needs the GNU C library .*Alpine/],
    ['linux', 'x64', '2.17', /needs glibc 2\.27 or newer; this system has 2\.17/],
  ])('is not %s %s with glibc %s', (platform, architecture, glibc, words) => {
    expect(() => requireHost(platform, architecture, glibc)).toThrow(words);
  });

  it('has room, or hears how much is lacking and where', async () => {
    await requireSpace(folder, 1000, 'Unpacking');
    const error = await errorOf(requireSpace(folder, 9e18, 'Unpacking TensorFlow'));
    expect(error).toMatchObject({ code: 'no-space' });
    expect(error.message).toMatch(/Unpacking TensorFlow needs .* GB in .* GB are free\. Make room/);
  });

  it('has an NVIDIA driver when the kernel says so', () => {
    expect(findNvidiaDriver(folder)).toBeUndefined();
    writeFileSync(join(folder, 'version'), 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5\n');
    mkdirSync(join(folder, 'gpus', '0000:01:00.0'), { recursive: true });
    writeFileSync(join(folder, 'gpus', '0000:01:00.0', 'information'), 'Model: \t\t NVIDIA RTX A2000\nIRQ: 1\n');
    expect(findNvidiaDriver(folder)).toEqual({ version: '550.54.15', card: 'NVIDIA RTX A2000' });
  });
});

describe('what an installation needs beside itself', () => {
  it('a compiler, or it says which one to install', () => {
    expect(() => findBinding({ PATH: folder })).toThrow(
      /No C\+\+ compiler was found \(c\+\+, g\+\+, clang\+\+\).*Debian, Ubuntu: g\+\+/,
    );
    expect(() => findBinding({ PATH: folder, CXX: 'g++-99' })).toThrow(/No C\+\+ compiler was found \(g\+\+-99\)/);
  });

  it('a Python with pip, or it says what was looked for', async () => {
    const error = await errorOf(findPip({ PATH: folder }));
    expect(error.code).toBe('unsupported');
    expect(error.message).toMatch(/No Python was found.*--from FILE/);
    writeFileSync(join(folder, 'python3'), '#!/bin/sh\necho "No module named pip" >&2\nexit 1\n', { mode: 0o755 });
    expect((await errorOf(findPip({ PATH: folder }))).message).toMatch(/python3 has no pip/);
    expect((await errorOf(findPip({ PATH: folder, RELIEF_PYTHON: join(folder, 'python3') }))).message).toMatch(
      /RELIEF_PYTHON is .*, which has no pip/,
    );
  });
});

describe('what pip says when it fails', () => {
  it.each([
    ['ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device', 'no-space'],
    ['ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.', 'invalid'],
    [
      "WARNING: Retrying after connection broken by 'NewConnectionError'\nERROR: No matching distribution found for x",
      'disconnected',
    ],
    ['ERROR: HTTP error 403 while getting it', 'disconnected'],
    ['Something that nobody has seen', 'internal'],
  ])('%s', (output, code) => {
    expect(explainFailure(output, 'tensorflow-cpu')).toMatchObject({ code });
  });

  it('that there is no wheel for a Python is no error yet', () => {
    expect(explainFailure('ERROR: No matching distribution found for tensorflow-cpu==2.21.*', 'x')).toBe('not-offered');
  });
});

it('a stopped program is gone when the stop returns, even one that does not listen', async () => {
  const stop = new AbortController();
  let pid = 0;
  const running = runProgram('/bin/bash', ['-c', `trap "" INT; echo $$; while :; do sleep 0.05; done`], {
    signal: stop.signal,
    onOutput(text) {
      pid = Number(text);
      stop.abort();
    },
  });
  expect(await errorOf(running)).toMatchObject({ code: 'cancelled' });
  expect(pid).toBeGreaterThan(0);
  expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
}, 15_000);
