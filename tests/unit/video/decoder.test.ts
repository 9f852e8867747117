import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseDecoder, configureDecoder } from '@workbench/video/decoder';
import { ffmpegProgram } from '../../fixtures/clips';

let folder: string;
const homeBefore = process.env['RELIEF_HOME'];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relief-decoder-'));
  process.env['RELIEF_HOME'] = folder;
});
afterEach(() => {
  if (homeBefore === undefined) Reflect.deleteProperty(process.env, 'RELIEF_HOME');
  else process.env['RELIEF_HOME'] = homeBefore;
  rmSync(folder, { recursive: true, force: true });
});

describe('the decoder', () => {
  it('is the one on the search path, else the one of a package', async () => {
    expect(await chooseDecoder({ PATH: dirname(ffmpegProgram) })).toMatchObject({
      from: 'system',
      path: ffmpegProgram,
    });
    expect(await chooseDecoder({ PATH: folder })).toMatchObject({ from: 'package', path: ffmpegProgram });
  });

  it('is the one that was chosen, until another is', async () => {
    await configureDecoder('wasm');
    expect(await chooseDecoder({ PATH: '' })).toEqual({ kind: 'wasm', from: 'configured' });
    await configureDecoder(ffmpegProgram);
    expect(await chooseDecoder({ PATH: '' })).toEqual({ kind: 'program', path: ffmpegProgram, from: 'configured' });
    expect(await chooseDecoder({ PATH: '', RELIEF_FFMPEG: 'wasm' })).toMatchObject({ kind: 'wasm' });
    await configureDecoder('auto');
    expect(await chooseDecoder({ PATH: '' })).toMatchObject({ from: 'package' });
  });

  it('is refused when it does not run, and the choice before stays', async () => {
    const broken = join(folder, 'ffmpeg');
    writeFileSync(broken, 'not a program');
    await configureDecoder('wasm');
    await expect(configureDecoder(broken)).rejects.toMatchObject({ code: 'not-found', data: { path: broken } });
    await expect(configureDecoder('ffmpeg')).rejects.toMatchObject({ code: 'not-found' });
    expect(await chooseDecoder({ PATH: '' })).toEqual({ kind: 'wasm', from: 'configured' });
  });
});
