import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SetupError, run, verifyIntegrity } from '../../../build/npm.mjs';
import { arePackagesInstalled, satisfiesLock } from '../../../build/packages.mjs';
import { missingPackages } from '../../../build/system-libraries.mjs';

describe('satisfiesLock', () => {
  const locked = {
    '': { version: '0.1.0' },
    'node_modules/zod': { version: '4.6.7' },
    'node_modules/@napi-rs/image-win32-x64-msvc': { version: '1.15.0', optional: true },
  };

  it('is content without optional packages of other systems', () => {
    expect(satisfiesLock(locked, { 'node_modules/zod': { version: '4.6.7' } })).toBe(true);
  });

  it('misses a package that is absent, or there in another version', () => {
    expect(satisfiesLock(locked, {})).toBe(false);
    expect(satisfiesLock(locked, { 'node_modules/zod': { version: '4.6.6' } })).toBe(false);
    expect(
      satisfiesLock(locked, {
        'node_modules/zod': { version: '4.6.7' },
        'node_modules/@napi-rs/image-win32-x64-msvc': { version: '1.14.0' },
      }),
    ).toBe(false);
  });

  it('finds this very checkout installed', () => {
    expect(arePackagesInstalled()).toBe(true);
  });
});

describe('verifyIntegrity', () => {
  it('accepts the pinned bytes and refuses any other, naming both digests', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'relief-pin-'));
    const tarball = join(folder, 'package.tgz');
    writeFileSync(tarball, 'the package');
    const integrity = `sha512-${createHash('sha512').update('the package').digest('base64')}`;
    const pin = { name: 'thing', version: '1.0.0', integrity };
    await expect(verifyIntegrity(tarball, pin)).resolves.toBeUndefined();
    writeFileSync(tarball, 'the packagE');
    await expect(verifyIntegrity(tarball, pin)).rejects.toThrow(SetupError);
    await expect(verifyIntegrity(tarball, pin)).rejects.toThrow(integrity);
    rmSync(folder, { recursive: true });
  });
});

describe('run', () => {
  it('passes the exit code on and keeps the output', async () => {
    const script = 'process.stdout.write("out"); process.stderr.write("err"); process.exitCode = 3';
    const { code, output } = await run(process.execPath, ['-e', script], { quiet: true });
    expect(code).toBe(3);
    expect(output).toContain('out');
    expect(output).toContain('err');
  });

  it('ends a program that takes too long, and calls that a failure', async () => {
    const { code } = await run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      quiet: true,
      timeoutMs: 300,
    });
    expect(code).not.toBe(0);
  });

  it('rejects when there is no such program', async () => {
    await expect(run(join(tmpdir(), 'no-such-program'), [], { quiet: true })).rejects.toThrow(/ENOENT/);
  });
});

describe.skipIf(!existsSync('/usr/bin/dpkg-query'))('missingPackages', () => {
  it('names what dpkg does not have installed', async () => {
    expect(await missingPackages(['base-files', 'relief-no-such-package', 'dpkg'])).toEqual(['relief-no-such-package']);
  });
});
