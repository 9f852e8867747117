import { mkdir, mkdtemp, open, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { File, ready } from 'h5wasm/node';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '@shared/random';
import { parseQuery } from '@shared/query/parse';
import { importDataset } from '@workbench/datasets/import-dataset';
import { recogniseSource } from '@workbench/datasets/importers/recognise-source';
import { parseProtocol } from '@workbench/datasets/protocols/store';
import { listDatasetIds, readItems } from '@workbench/datasets/store';
import { encodePng } from '@workbench/images/encode';
import { createImage } from '@workbench/images/rgb-image';
import { createProject, type Project } from '@workbench/project/project';
import { buildBundles } from '../../../fixtures/build';
import { errorOf } from '../../../fixtures/errors';

let folder: string;
let source: string;
let project: Project;
let png: Uint8Array;
const recordingFile = join(__dirname, '../../../fixtures/recordings/colour.hdf5');

beforeAll(async () => {
  buildBundles();
  png = await encodePng(createImage(64, 48));
}, 120_000);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relief-hostile-'));
  source = join(folder, 'data');
  project = await createProject(join(folder, 'project'), 'test');
  await put('../secret.png', png);
});
afterEach(async () => {
  await project.close();
  await rm(folder, { recursive: true, force: true });
});

async function put(path: string, content: Uint8Array | string): Promise<string> {
  const file = join(source, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}
/** A file that says it is this large and takes no room. */
async function putHollow(path: string, bytes: number, head = ''): Promise<string> {
  const file = await put(path, head);
  const handle = await open(file, 'r+');
  await handle.truncate(bytes);
  await handle.close();
  return file;
}
/** How much more memory this process held while it worked, in MB; time is bounded by the test's own limit. */
async function memoryOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 5);
  await work().finally(() => {
    clearInterval(watch);
  });
  return (Math.max(most, process.memoryUsage().rss) - before) / 2 ** 20;
}

describe('lists that point elsewhere', () => {
  const ways = [
    '../secret.png',
    'a/../../secret.png',
    '..\\secret.png',
    '/etc/passwd',
    'C:\\secret.png',
    'link/secret.png',
    'self',
  ];

  async function beside(): Promise<void> {
    await put('a/good.png', png);
    await symlink(folder, join(source, 'link'));
    await symlink(join(source, 'self'), join(source, 'self'));
  }
  const everyWay = (line: (path: string) => string, good: string) => [...ways.map(line), line(good)];

  it('are followed by no importer, whichever way they are written', async () => {
    await beside();
    const files: [Parameters<typeof importDataset>[1]['importer'], string][] = [
      [
        'ssdg-json',
        await put(
          'train.json',
          `[${everyWay((path) => JSON.stringify({ photo_path: path, photo_label: 1 }), 'a/good.png').join()}]`,
        ),
      ],
      ['fas-list', await put('train.txt', everyWay((path) => `${path},0`, 'a/good.png').join('\n'))],
      [
        'bob-csv',
        dirname(
          await put(
            'train.csv',
            ['filename,subject,attack_type', ...everyWay((path) => `${path},1,`, 'a/good.png')].join('\n'),
          ),
        ),
      ],
    ];
    for (const [importer, path] of files) {
      const { findings } = await importDataset(project, { path, importer, name: importer });
      const items = await readItems(project, importer);
      expect(
        items.map((item) => item.path),
        importer,
      ).toEqual(['a/good.png']);
      const told = findings.filter(({ severity }) => severity === 'error').length;
      expect(told, importer).toBeGreaterThanOrEqual(ways.length);
    }
    for (const way of ways) {
      const file = await put('list.csv', `path,attack_type\n${way},\n`);
      const error = await errorOf(importDataset(project, { path: file, importer: 'csv', name: 'csv' }));
      expect(error.code, way).toBe('invalid');
    }
    expect(await listDatasetIds(project)).toEqual(['bob-csv', 'fas-list', 'ssdg-json']);
  });

  it('that name a picture’s depth or a root elsewhere are refused, too', async () => {
    await put('a/good.png', png);
    const file = await put('list.csv', 'path,attack_type,depth\na/good.png,,../secret.png\n');
    const error = await errorOf(importDataset(project, { path: file, importer: 'csv' }));
    expect(error.message).toMatch(/list\.csv:2: column "depth": ".*" lies outside the folder/);
  });
});

describe('lists that are too much', () => {
  it.each([
    ['ssdg-json', 'list.json'],
    ['csv', 'list.csv'],
    ['fas-list', 'list.txt'],
  ] as const)('are refused by their size before memory is taken for them: %s', async (importer, name) => {
    const file = await putHollow(name, 4 * 2 ** 30, 'path,attack_type\n');
    const megabytes = await memoryOf(async () => {
      const error = await errorOf(importDataset(project, { path: file, importer }));
      expect(error.message).toMatch(/4294967296 bytes; a list has at most/);
    });
    expect(megabytes).toBeLessThan(200);
    // Telling what it is reads its head alone.
    const looked = await memoryOf(() => recogniseSource(file));
    expect(looked).toBeLessThan(100);
  });

  it('are read to their end however deep or odd they are, and refused with a reason', async () => {
    const deep = 200_000;
    const texts = {
      'deep.json': `${'['.repeat(deep)}${']'.repeat(deep)}`,
      'open.json': '[{"photo_path":'.repeat(5000),
      'numbers.json':
        '[1, 2e999, null, {"photo_path": 5, "photo_label": 1}, {"photo_path": "a.png", "photo_label": "1"}]',
      'keys.json': '[{"__proto__": {"photo_path": "a.png"}, "photo_label": 1}]',
      'nothing.json': '',
    };
    for (const [name, text] of Object.entries(texts)) {
      const file = await put(name, text);
      const error = await errorOf(importDataset(project, { path: file, importer: 'ssdg-json' }));
      expect([error.code, error.message.length < 1000], name).toEqual(['invalid', true]);
    }
  });

  it('are queries and protocols that would not end, refused by place', async () => {
    for (const line of ['('.repeat(5000), 'not '.repeat(4000), `${'('.repeat(200)}set=test${')'.repeat(200)}`])
      expect(() => parseQuery(line)).toThrow(/too deep in one another|at most 20000 characters/);
    expect(() => parseQuery('x'.repeat(2 ** 20))).toThrow('A query has at most 20000 characters.');
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefghi'.split('').map((name, n) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[n]}`).join(', ')}]`),
    ].join('\n');
    expect(() => parseProtocol(bomb, 'bomb.yaml')).toThrow();
    expect(() =>
      parseProtocol(`formatVersion: 1\nname: x\nsets: { train: { where: "((" }, dev: {}, test: {} }`, 'p.yaml'),
    ).toThrow(/^p\.yaml, field sets\.train\.where: /);
  });
});

/** A PNG whose header and pixels say what they like. */
function pngOf(width: number, height: number, pixels: Uint8Array): Buffer {
  const crcOf = (bytes: Buffer) => {
    let crc = ~0;
    for (const byte of bytes) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc >>> 0;
  };
  const chunk = (name: string, content: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(name), content]);
    const whole = Buffer.alloc(body.length + 8);
    whole.writeUInt32BE(content.length, 0);
    body.copy(whole, 4);
    whole.writeUInt32BE(crcOf(body), body.length + 4);
    return whole;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('files that unfold', () => {
  it('are pictures of a few bytes that say they are huge: left out by name, in no time', async () => {
    await put('live/good.png', png);
    await put('attack/good.png', png);
    await put('live/wide.png', pngOf(60_000, 60_000, deflateSync(Buffer.alloc(1000))));
    await put('live/tall.png', pngOf(1, 2 ** 31 - 1, deflateSync(Buffer.alloc(1000))));
    // Its pixels unfold to 256 MB, its header says 64 × 64.
    await put('live/more.png', pngOf(64, 64, deflateSync(Buffer.alloc(256 * 2 ** 20), { level: 1 })));
    await putHollow('live/hollow.png', 2 ** 31, String.fromCharCode(0x89));
    let findings: { kind: string; path: string | null }[] = [];
    const megabytes = await memoryOf(async () => {
      ({ findings } = await importDataset(project, { path: source, importer: 'folder', name: 'd' }));
    });
    expect(Object.fromEntries(findings.flatMap(({ kind, path }) => (path === null ? [] : [[path, kind]])))).toEqual({
      'live/wide.png': 'too-large',
      'live/tall.png': 'too-large',
      'live/hollow.png': 'too-large',
    });
    expect(megabytes).toBeLessThan(400);
  });

  it('are recordings that are nearly nothing on disk and terabytes when read: refused by their size', async () => {
    await ready;
    const path = await put('session01/01_01_01.hdf5', '');
    const file = new File(path, 'w');
    // One chunk is written; all others are read as zeros.
    file.create_dataset({
      name: 'Color_Data',
      data: new Uint8Array(3),
      shape: [1, 3, 1, 1],
      dtype: '<B',
      maxshape: [null, 3, null, null],
      chunks: [1, 3, 64, 64],
      compression: 9,
    });
    const data = file.get('Color_Data');
    if (!data || !('resize' in data)) throw new Error('no dataset');
    data.resize([1000, 3, 60_000, 60_000]);
    file.close();
    expect((await readFile(path)).length).toBeLessThan(20_000);
    await put('session02/01_02_01.hdf5', await readFile(recordingFile));
    let findings: { kind: string; path: string | null; message: string }[] = [];
    const megabytes = await memoryOf(async () => {
      ({ findings } = await importDataset(project, { path: source, importer: '3dmad', name: 'd' }));
    });
    expect(
      findings
        .filter(({ path: at }) => at?.startsWith('session01/01_01_01'))
        .map(({ kind, message }) => [kind, message]),
    ).toEqual([['corrupt', 'session01/01_01_01.hdf5: says its frames have 60000×60000 pixels.']]);
    expect(megabytes).toBeLessThan(700);
  });
});

describe('damaged recordings and clips', () => {
  it('are taken or told by name, whichever bytes are wrong, and never end the import', async () => {
    const good = await readFile(recordingFile);
    const random = createRandom('hostile');
    const names: string[] = [];
    for (let n = 0; n < 24; n++) {
      const bytes = Buffer.from(good);
      for (let change = 0; change < 8; change++)
        bytes[random.integer(Math.min(bytes.length, n < 16 ? 2000 : bytes.length))] = random.integer(256);
      names.push(`2018-02-20/${String(n + 1).padStart(3, '0')}_01_000_0_00.hdf5`);
      await put(names.at(-1) ?? '', n % 6 === 5 ? bytes.subarray(0, random.integer(bytes.length)) : bytes);
    }
    await put('2018-02-21/099_01_000_2_01.hdf5', good);
    const { findings } = await importDataset(project, { path: source, importer: 'wmca', name: 'd' });
    const taken = new Set((await readItems(project, 'd')).map(({ path }) => path));
    const told = new Set(findings.map(({ path }) => path));
    expect(taken.has('2018-02-21/099_01_000_2_01.hdf5')).toBe(true);
    for (const name of names) expect([name, taken.has(name) !== told.has(name)]).toEqual([name, true]);
  }, 60_000);

  it('AVI, MP4 and MOV whose parts lie about their length are told by name', async () => {
    const size = (value: number) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value >>> 0);
      return bytes;
    };
    const avi = (length: number, rest = 'LIST') => {
      const told = Buffer.alloc(4);
      told.writeUInt32LE(length >>> 0);
      return Buffer.concat([Buffer.from('RIFF'), told, Buffer.from(`AVI ${rest}`)]);
    };
    const clips: Record<string, [string, Uint8Array]> = {
      '1.avi': ['not-a-video', Buffer.from('RIFFxxxxWAVE')],
      '2.avi': ['truncated', avi(1_000_000)],
      '3.avi': ['truncated', avi(0x7fff_ffff)],
      '4.avi': ['empty', Buffer.alloc(0)],
      '5.mp4': ['corrupt', Buffer.concat([size(2), Buffer.from('ftypisom')])],
      '6.mp4': [
        'truncated',
        Buffer.concat([size(16), Buffer.from('ftypisom0000'), size(0xffff_ffff), Buffer.from('moov')]),
      ],
      // 64-bit length that runs past everything.
      '7.mov': ['truncated', Buffer.concat([size(1), Buffer.from('ftyp'), size(0x7fff_ffff), size(0xffff_ffff)])],
      '8.mov': ['truncated', Buffer.concat([size(16), Buffer.from('ftypqt  0000'), size(0), Buffer.from('mdat')])],
    };
    for (const [name, [, bytes]] of Object.entries(clips)) await put(`live/${name}`, bytes);
    await put('live/good.png', png);
    await put('attack/good.png', png);
    const megabytes = await memoryOf(async () => {
      const { findings } = await importDataset(project, { path: source, importer: 'folder', name: 'd' });
      expect(Object.fromEntries(findings.flatMap(({ kind, path }) => (path === null ? [] : [[path, kind]])))).toEqual(
        Object.fromEntries(Object.entries(clips).map(([name, [kind]]) => [`live/${name}`, kind])),
      );
    });
    expect(megabytes).toBeLessThan(200);
  });
});
