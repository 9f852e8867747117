import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBundleFile } from '@desktop/protocols/bundle-file';

let outer: string;
let bundle: string;

beforeAll(() => {
  outer = mkdtempSync(join(tmpdir(), 'relief-bundle-'));
  bundle = join(outer, 'renderer');
  mkdirSync(join(bundle, 'assets'), { recursive: true });
  mkdirSync(join(outer, 'renderer-secrets'));
  writeFileSync(join(bundle, 'index.html'), '<!doctype html>');
  writeFileSync(join(bundle, 'assets', 'a file.js'), 'export {};');
  writeFileSync(join(bundle, 'notes.txt'), 'not for the page');
  writeFileSync(join(outer, 'secret.json'), '{}');
  writeFileSync(join(outer, 'renderer-secrets', 'key.json'), '{}');
  symlinkSync(join(outer, 'secret.json'), join(bundle, 'link.json'));
  symlinkSync(outer, join(bundle, 'up'));
});

afterAll(() => {
  rmSync(outer, { recursive: true, force: true });
});

describe('readBundleFile', () => {
  it('serves files of the bundle with their type', async () => {
    const file = await readBundleFile(bundle, 'app://bundle/assets/a%20file.js?v=1');
    expect(file).toMatchObject({ status: 200, type: 'text/javascript; charset=utf-8' });
    expect(file.status === 200 && Buffer.from(file.bytes).toString()).toBe('export {};');
  });

  it('serves the page at the root', async () => {
    expect(await readBundleFile(bundle, 'app://bundle/')).toMatchObject({
      status: 200,
      type: 'text/html; charset=utf-8',
    });
  });

  it.each([
    ['an encoded way up', 'app://bundle/..%2fsecret.json'],
    ['a way up through a folder', 'app://bundle/assets/..%2f..%2fsecret.json'],
    ['a neighbour whose name begins alike', 'app://bundle/..%2frenderer-secrets/key.json'],
    ['a link to a file outside', 'app://bundle/link.json'],
    ['a link to a folder outside', 'app://bundle/up/secret.json'],
    ['a missing file outside', 'app://bundle/..%2fnothing.json'],
  ])('refuses %s', async (_what, address) => {
    expect(await readBundleFile(bundle, address)).toEqual({ status: 403 });
  });

  it.each([
    ['a foreign host', 'app://other/index.html'],
    ['a backslash', 'app://bundle/..%5csecret.json'],
    ['a zero byte', 'app://bundle/index.html%00.js'],
    ['broken encoding', 'app://bundle/%E0%A4%A.js'],
  ])('refuses %s as a bad request', async (_what, address) => {
    expect(await readBundleFile(bundle, address)).toEqual({ status: 400 });
  });

  it('refuses file types that no page is made of', async () => {
    expect(await readBundleFile(bundle, 'app://bundle/notes.txt')).toEqual({ status: 415 });
  });

  it('says that a file is missing', async () => {
    expect(await readBundleFile(bundle, 'app://bundle/missing.js')).toEqual({ status: 404 });
  });

  it('does not serve a folder that is named like a file', async () => {
    mkdirSync(join(bundle, 'folder.js'), { recursive: true });
    expect(await readBundleFile(bundle, 'app://bundle/folder.js')).toEqual({ status: 404 });
  });
});
