import { mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '@shared/contract/errors';
import { createRandom } from '@shared/random';
import type { RgbImage } from '@workbench/images/rgb-image';
import { commandRunner } from '@workbench/video/command-runner';
import { createFrameSource, type FrameSource } from '@workbench/video/video-reader';
import { wasmRunner } from '@workbench/video/wasm-runner';
import { brightnessOf, countingClip, ffmpegProgram } from '../../fixtures/clips';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'relief-video-'));
  for (const name of ['a.avi', 'b.mov', 'c.mp4', 'd.webm']) countingClip(folder, name);
  countingClip(folder, 'turned.mp4', { turn: 90 });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function at({ width, data }: RgbImage, x: number, y: number): number {
  return data[3 * (y * width + x) + 1] ?? -1;
}

async function collect(source: FrameSource, path: string, wanted: readonly number[]) {
  const frames = new Map<number, RgbImage>();
  for await (const { frame, image } of source.frames(path, wanted)) frames.set(frame, image);
  return frames;
}

describe.each([
  ['an FFmpeg program', () => commandRunner(ffmpegProgram), 40],
  ['the WebAssembly build', () => wasmRunner(), 16],
])('frames by %s', (_, runner, damagedClips) => {
  let source: FrameSource;
  beforeAll(() => {
    source = createFrameSource(runner(), { stall: 20, total: 60 });
  });
  afterAll(() => source.close());

  it.each(['a.avi', 'b.mov', 'c.mp4', 'd.webm'])('are the ones asked for in %s', async (name) => {
    const path = join(folder, name);
    expect(await source.info(path)).toMatchObject({ width: 96, height: 64, frames: 30, rotation: 0 });
    const wanted = [0, 6, 7, 21, 29];
    const frames = await collect(source, path, wanted);
    expect([...frames.keys()]).toEqual(wanted);
    for (const [frame, image] of frames) {
      expect([image.width, image.height]).toEqual([96, 64]);
      expect(Math.abs(at(image, 80, 50) - brightnessOf(frame)), `frame ${String(frame)}`).toBeLessThanOrEqual(4);
      expect(at(image, 10, 10), 'the block in the corner').toBeGreaterThan(225);
    }
  });

  it('stand upright where the file says that it lies', async () => {
    const path = join(folder, 'turned.mp4');
    expect(await source.info(path)).toMatchObject({ width: 64, height: 96, rotation: 90 });
    const image = (await collect(source, path, [3])).get(3);
    if (!image) throw new Error('no frame');
    expect([image.width, image.height]).toEqual([64, 96]);
    // A quarter turn clockwise takes the upper left to the upper right.
    expect(at(image, 55, 10)).toBeGreaterThan(225);
    expect(at(image, 10, 10)).toBeLessThan(80);
  });

  it('past the end are left out, and every frame is reached by a step', async () => {
    expect([...(await collect(source, join(folder, 'a.avi'), [28, 40])).keys()]).toEqual([28]);
    const all = Array.from({ length: 30 }, (__, frame) => frame);
    expect([...(await collect(source, join(folder, 'a.avi'), all)).keys()]).toEqual(all);
  });

  it('can be left before the end, and the next clip is read all the same', async () => {
    for await (const { frame } of source.frames(join(folder, 'c.mp4'), [1, 2, 20])) {
      expect(frame).toBe(1);
      break;
    }
    expect([...(await collect(source, join(folder, 'c.mp4'), [2])).keys()]).toEqual([2]);
  });

  it('of a file that is no clip are refused with the reason', async () => {
    const playlist = join(folder, 'list.avi');
    writeFileSync(playlist, '#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n');
    const lie = join(folder, 'lie.avi');
    writeFileSync(
      lie,
      Buffer.concat([Buffer.from('RIFF\xff\xff\xff\x7fAVI LIST', 'latin1'), Buffer.alloc(4000, 0x41)]),
    );
    const headless = join(folder, 'headless.mp4');
    writeFileSync(headless, Buffer.concat([Buffer.from('\0\0\0\x18ftypmp42', 'latin1'), Buffer.alloc(4000, 0xff)]));
    const empty = join(folder, 'empty.mov');
    writeFileSync(empty, '');
    for (const [path, reason] of [
      [playlist, 'not-a-video'],
      [lie, 'corrupt'],
      [headless, 'corrupt'],
      [empty, 'empty'],
      [join(folder, 'nowhere.avi'), 'missing'],
    ] as const)
      await expect(source.info(path), path).rejects.toMatchObject({ data: { file: path, reason } });
  });

  it('of a clip that was cut short are those that are left', async () => {
    const cut = countingClip(folder, 'cut.avi');
    truncateSync(cut, 9000);
    const { frames } = await source.info(cut);
    expect(frames).toBeGreaterThan(0);
    expect(frames).toBeLessThan(30);
    const got = await collect(source, cut, [0, 29]);
    expect([...got.keys()]).toEqual([0]);
  });

  it('of damaged clips are given or refused with a reason, in bounded time', async () => {
    const random = createRandom('damaged clips');
    const verdicts = new Set<string>();
    for (let turn = 0; turn < damagedClips; turn++) {
      const name = ['a.avi', 'b.mov', 'c.mp4', 'd.webm'][turn % 4] ?? '';
      const bytes = readFileSync(join(folder, name));
      const where = turn % 3 === 0 ? 300 : bytes.length; // Headers hold the sizes and counts.
      for (let change = 0; change < 12; change++) bytes[12 + random.integer(where - 12)] = random.integer(256);
      const path = join(folder, `damaged-${name}`);
      writeFileSync(path, turn % 5 === 4 ? bytes.subarray(0, 64 + random.integer(bytes.length - 64)) : bytes);
      try {
        await source.info(path);
        await collect(source, path, [0, 9, 29]);
        verdicts.add('given');
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        expect(error.data['file']).toBe(path);
        verdicts.add(String(error.data['reason']));
      }
    }
    expect([...verdicts]).toEqual(expect.arrayContaining(['given', 'corrupt']));
    // What comes after a broken clip is not harmed by it.
    expect([...(await collect(source, join(folder, 'c.mp4'), [3])).keys()]).toEqual([3]);
  });

  it('of enormous size are refused before memory is taken', async () => {
    const huge = enormous(join(folder, 'huge.avi'));
    const before = process.memoryUsage().rss;
    const failure = collect(source, huge, [0]).then(
      (frames) => ({ frames: frames.size }),
      (error: unknown) => error,
    );
    expect(await failure).not.toMatchObject({ frames: 1 });
    expect(process.memoryUsage().rss - before).toBeLessThan(600e6);
  });
});

/** An AVI whose headers claim 60,000 × 60,000 pixels. */
function enormous(path: string): string {
  const chunk = (id: string, body: Buffer) => {
    const head = Buffer.alloc(8);
    head.write(id, 'latin1');
    head.writeUInt32LE(body.length, 4);
    return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
  };
  const list = (type: string, ...parts: Buffer[]) =>
    chunk('LIST', Buffer.concat([Buffer.from(type, 'latin1'), ...parts]));
  const numbers = (...values: number[]) => {
    const bytes = Buffer.alloc(4 * values.length);
    values.forEach((value, index) => bytes.writeUInt32LE(value, 4 * index));
    return bytes;
  };
  const side = 60_000;
  const main = numbers(40_000, 0, 0, 0x10, 1, 0, 1, 0, side, side, 0, 0, 0, 0);
  const stream = Buffer.concat([Buffer.from('vidsDIB ', 'latin1'), numbers(0, 0, 0, 1, 25, 0, 1, 0, 0, 0, 0, 0)]);
  const format = Buffer.concat([numbers(40, side, side, 0x00180001, 0, 0, 0, 0, 0, 0)]);
  const header = list('hdrl', chunk('avih', main), list('strl', chunk('strh', stream), chunk('strf', format)));
  const movie = list('movi', chunk('00db', Buffer.alloc(4096, 7)));
  writeFileSync(path, chunk('RIFF', Buffer.concat([Buffer.from('AVI ', 'latin1'), header, movie])));
  return path;
}

describe('a decoder that hangs', () => {
  it('is given up after a while', async () => {
    const program = join(folder, 'ffmpeg-that-sleeps');
    writeFileSync(program, '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 });
    const source = createFrameSource(commandRunner(program), { stall: 0.3, total: 1 });
    const started = Date.now();
    await expect(source.info(join(folder, 'a.avi'))).rejects.toMatchObject({ data: { reason: 'timed-out' } });
    await expect(collect(source, join(folder, 'a.avi'), [0])).rejects.toMatchObject({ data: { reason: 'timed-out' } });
    expect(Date.now() - started).toBeLessThan(10_000);
    await source.close();
  });
});

describe('names', () => {
  it('that look like options or addresses are read as files', async () => {
    const source = createFrameSource(commandRunner(ffmpegProgram));
    for (const name of ['-i.avi', 'http:x.avi', 'a b %03d.avi']) {
      const path = join(folder, name);
      symlinkSync(join(folder, 'a.avi'), path);
      expect((await source.info(path)).frames, name).toBe(30);
    }
    await source.close();
  });
});
