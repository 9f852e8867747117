import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTarball } from '../../../build/tar.mjs';

const longName = `${'deep/'.repeat(30)}${'n'.repeat(120)}.txt`;
const large = Buffer.alloc(300_000, 'large file ');
let folder: string;
let tarball: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'relief-tar-'));
  const content = join(folder, 'content');
  mkdirSync(join(content, 'deep/'.repeat(30)), { recursive: true });
  writeFileSync(join(content, 'empty'), '');
  writeFileSync(join(content, 'program'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(content, 'large'), large);
  writeFileSync(join(content, longName), 'far down');
  symlinkSync('program', join(content, 'link'));
  tarball = join(folder, 'archive.tgz');
  await create({ gzip: true, cwd: content, file: tarball }, ['empty', 'program', 'large', 'deep', 'link']);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function readAll(source: string | Buffer, wanted: (path: string) => boolean = () => true) {
  const entries = [];
  for await (const entry of readTarball(source, wanted)) entries.push(entry);
  return entries;
}

describe('readTarball', () => {
  it('reads files, links, modes and names of any length', async () => {
    const entries = await readAll(tarball);
    const byPath = new Map(entries.map((entry) => [entry.path, entry]));
    expect(byPath.get('empty')).toMatchObject({ kind: 'file', contents: Buffer.alloc(0) });
    expect((byPath.get('program')?.mode ?? 0) & 0o777).toBe(0o755);
    expect(byPath.get('large')?.contents.equals(large)).toBe(true);
    expect(byPath.get(longName)?.contents.toString()).toBe('far down');
    expect(byPath.get('link')).toMatchObject({ kind: 'link', linkTarget: 'program' });
  });

  it('reads the same from bytes in memory', async () => {
    const [fromFile, fromBytes] = [await readAll(tarball), await readAll(readFileSync(tarball))];
    expect(fromBytes).toEqual(fromFile);
  });

  it('skips what is not wanted', async () => {
    const entries = await readAll(tarball, (path) => path === 'program');
    expect(entries.map(({ path }) => path)).toEqual(['program']);
  });

  it('refuses a truncated archive', async () => {
    const whole = readFileSync(tarball);
    await expect(readAll(whole.subarray(0, whole.length >> 1))).rejects.toThrow();
  });

  it('refuses what is no archive, and a file that is not there', async () => {
    await expect(readAll(Buffer.from('no gzip here'))).rejects.toThrow(/incorrect header/);
    await expect(readAll(join(folder, 'missing.tgz'))).rejects.toThrow(/ENOENT/);
  });
});
