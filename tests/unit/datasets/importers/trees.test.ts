import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImporterName } from '@shared/domain/dataset';
import { importDataset } from '@workbench/datasets/import-dataset';
import { readItems } from '@workbench/datasets/store';
import { readDatasetProtocols } from '@workbench/datasets/protocols/store';
import { encodeJpeg } from '@workbench/images/encode';
import { createImage } from '@workbench/images/rgb-image';
import { createProject, type Project } from '@workbench/project/project';
import { msuNames, ouluNames, replayAttackNames, threeDMadNames } from './name-lists';

let folder: string;
let source: string;
let project: Project;
let jpeg: Uint8Array;

/** The smallest file that is an AVI container by its head, and whole. */
const avi = Buffer.concat([Buffer.from('RIFF'), Buffer.from([4, 0, 0, 0]), Buffer.from('AVI ')]);
const box = (name: string, content: Buffer = Buffer.alloc(0)) => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length, 0);
  head.write(name, 4, 'latin1');
  return Buffer.concat([head, content]);
};
const mov = Buffer.concat([box('ftyp', Buffer.from('qt  ')), box('moov')]);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relief-trees-'));
  source = join(folder, 'data');
  project = await createProject(join(folder, 'project'), 'test');
  jpeg = await encodeJpeg(createImage(448, 224));
});
afterEach(async () => {
  await chmod(source, 0o755).catch(() => undefined);
  await project.close();
  await rm(folder, { recursive: true, force: true });
});

async function put(path: string, content: Uint8Array | string): Promise<void> {
  const file = join(source, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

/** Kind and path of everything that is more than information. */
async function faults(importer: Exclude<ImporterName, 'synthetic'>) {
  const dataset = await importDataset(project, { path: source, importer, name: 'd' });
  return dataset.findings
    .filter(({ kind }) => kind !== 'note' && kind !== 'carved-sets')
    .map(({ kind, path }) => `${kind} ${path ?? ''}`.trim())
    .sort();
}

describe('OULU-NPU on disk', () => {
  const users = ['01', '21', '36'];
  const names = ouluNames().filter((name) => users.includes(name.split('_')[3] ?? ''));

  async function putTree(): Promise<void> {
    for (const name of names) await put(name, avi);
    await put('Train_files/1_1_01_1.txt', '0,10,20,30,20\n');
    await put('Protocols/Protocol_1/Train.txt', '+1,1_1_01_1\n-1,1_1_01_2\n');
  }

  it('tells each planted fault and invents none', async () => {
    await putTree();
    await rm(join(source, 'Dev_files/2_3_21_4.avi')); // Not listed: the lists that are carried decide what is missing.
    await rm(join(source, 'Train_files/1_1_01_2.avi')); // Listed.
    await rename(join(source, 'Test_files/3_1_36_1.avi'), join(source, 'Test_files/3_1_36_1.AVI'));
    await put('Test_files/4_1_36_5.avi', 'this is no video');
    await put('Test_files/5_1_36_5.avi', avi.subarray(0, 0));
    await put(
      'Test_files/6_1_36_5.avi',
      Buffer.concat([Buffer.from('RIFF'), Buffer.from([0, 1, 0, 0]), Buffer.from('AVI ')]),
    );
    await put('Train_files/holiday.avi', avi);
    await put('Train_files/7_1_01_1.avi', avi);

    expect(await faults('oulu-npu')).toEqual(
      [
        'missing 1_1_01_2',
        'wrong-case Test_files/3_1_36_1.AVI',
        'not-a-video Test_files/4_1_36_5.avi',
        'empty Test_files/5_1_36_5.avi',
        'truncated Test_files/6_1_36_5.avi',
        'extra Train_files/holiday.avi',
        'extra Train_files/7_1_01_1.avi',
        // Three of 55 people, and what the list says beyond them.
        'count',
        ...ouluNames()
          .filter((name) => /Train_files\/\d_[12]_01_[1-5]/.test(name) && !/1_1_01_[12]/.test(name))
          .map((name) => `list-disagrees ${name}`),
      ].sort(),
    );
  });

  it('names the places that a subject who is here lacks, where no list is carried', async () => {
    for (const name of names) await put(name, avi);
    await rm(join(source, 'Dev_files/2_3_21_4.avi'));
    expect(await faults('oulu-npu')).toEqual(['count', 'missing Dev_files/2_3_21_4.avi']);
  });

  it('reads a part of the dataset by its own folder, and given eyes beside the clips', async () => {
    await putTree();
    const part = join(source, 'Train_files');
    await importDataset(project, { path: part, importer: 'oulu-npu', name: 'part' });
    const items = await readItems(project, 'part');
    expect(items).toHaveLength(90);
    const first = items.find(({ path }) => path === '1_1_01_1.avi');
    expect(first).toMatchObject({
      kind: 'video',
      subject: '1',
      session: '1',
      device: '1',
      set: 'train',
      attackType: null,
    });
    expect(first?.track).toEqual({ path: '1_1_01_1.txt', format: 'eyes' });
  });

  it('reads a read-only tree and changes nothing in it', async () => {
    await putTree();
    for (const path of ['Train_files', 'Dev_files', 'Test_files', 'Protocols/Protocol_1', ''])
      await chmod(join(source, path), 0o555);
    const before = await fingerprint(source);
    await importDataset(project, { path: source, importer: 'oulu-npu', name: 'd' });
    expect(await fingerprint(source)).toBe(before);
    for (const path of ['', 'Train_files', 'Dev_files', 'Test_files', 'Protocols/Protocol_1'])
      await chmod(join(source, path), 0o755);
  });
});

describe('other datasets on disk', () => {
  it('Replay-Attack: finds face files, and clients that the list puts elsewhere', async () => {
    const names = replayAttackNames().filter((name) => /client0(01|16|31)_/.test(name));
    for (const name of names) await put(name, mov);
    const first = 'train/real/client001_session01_webcam_authenticate_adverse_1';
    await put(`face-locations/${first}.face`, '1 2 3 4 5\n');
    await put('protocols/clients.txt', '1 train\n16 devel\n31 devel\n');
    expect(await faults('replay-attack')).toEqual(
      [
        'count',
        'left-out',
        ...names.filter((name) => name.startsWith('test/')).map((name) => `set-disagrees ${name}`),
      ].sort(),
    );
    const items = await readItems(project, 'd');
    expect(items.find(({ path }) => path === `${first}.mov`)?.track?.path).toBe(`face-locations/${first}.face`);
    expect(items.filter(({ set }) => set === 'test')).toEqual([]);
    expect(items.filter(({ set }) => set === 'dev')).toHaveLength(48);
  });

  it('MSU-MFSD: tolerates other spellings and says so', async () => {
    for (const name of msuNames().filter((path) => /client0?(02|01)_/.test(path))) await put(name, mov);
    const odd = 'scene01/real/real_client001_android_SD_scene01.mp4';
    await rename(join(source, odd), join(source, odd.replace('real_client001', 'Real_client01')));
    const found = await faults('msu-mfsd');
    expect(found).toEqual(['count', `renamed ${odd.replace('real_client001', 'Real_client01')}`]);
  });

  it('CelebA-Spoof: scales boxes from 224 px, and tells boxes and labels that cannot be used', async () => {
    const label = (type: number, spoof: number) => [...Array<number>(40).fill(0), type, 1, 2, spoof];
    const files = ['1/live/000001', '1/spoof/000002', '1/spoof/000003', '1/spoof/000004', '2/live/000005'];
    for (const name of files) {
      await put(`Data/train/${name}.jpg`, jpeg);
      await put(`Data/train/${name}_BB.txt`, '56 56 112 112 0.99\n');
    }
    await put('Data/train/1/spoof/000003_BB.txt', '');
    await put('Data/train/1/spoof/000004_BB.txt', '10 10 2 40 0.9');
    await put(
      'metas/intra_test/train_label.json',
      JSON.stringify({
        'Data/train/1/live/000001.jpg': label(0, 0),
        'Data/train/1/spoof/000002.jpg': label(9, 1),
        'Data/train/1/spoof/000003.jpg': label(2, 1),
        'Data/train/1/spoof/000004.jpg': label(2, 1).slice(1),
        'Data/train/2/live/000005.jpg': label(3, 1),
        'Data/train/2/live/000006.jpg': label(0, 0),
      }),
    );
    expect(await faults('celeba-spoof')).toEqual([
      'bad-box Data/train/1/spoof/000003_BB.txt',
      'bad-box Data/train/1/spoof/000004_BB.txt',
      'count',
      'label-disagrees Data/train/2/live/000005.jpg',
      'label-form Data/train/1/spoof/000004.jpg',
      'missing Data/train/2/live/000006.jpg',
    ]);
    const items = await readItems(project, 'd');
    expect(items.map(({ attackType }) => attackType)).toEqual([
      null,
      'replay/phone',
      'print/poster',
      'unspecified',
      'print/a4',
    ]);
    expect(items[0]?.box).toEqual([112, 56, 224, 112]); // 448 × 224 px
    expect(items[1]?.tags).toEqual({ illumination: 'normal', environment: 'outdoor' });
    expect(items[2]?.box).toBeNull();
  });

  it('3DMAD: reads HDF5 recordings and names those that are none', async () => {
    const good = await readFile(join(__dirname, '../../../fixtures/recordings/colour.hdf5'));
    for (const name of threeDMadNames().filter((path) => /\/01_/.test(path))) await put(name, good);
    await put('session01/01_01_02.hdf5', good.subarray(0, 900));
    await put('session02/01_02_03.hdf5', Buffer.concat([good.subarray(0, 96), Buffer.alloc(good.length - 96, 0xab)]));
    await put('session03/01_03_01.hdf5', 'no recording');
    expect(await faults('3dmad')).toEqual([
      'corrupt session02/01_02_03.hdf5',
      'count',
      'not-a-video session03/01_03_01.hdf5',
      'truncated session01/01_01_02.hdf5',
    ]);
    expect(await readItems(project, 'd')).toHaveLength(12);
  });

  it('WMCA: takes sets and labels from the protocol lists', async () => {
    const good = await readFile(join(__dirname, '../../../fixtures/recordings/colour.hdf5'));
    await put('2018-02-20/001_01_001_0_00.hdf5', good);
    await put('2018-02-20/002_01_000_2_07.hdf5', good);
    await put(
      'PROTOCOL-grandtest.csv',
      'file,label,attack,set\n2018-02-20/001_01_001_0_00,bonafide,,train\n2018-02-20/002_01_000_2_07,attack,mask,eval\n',
    );
    expect(await faults('wmca')).toEqual([]);
    expect((await readItems(project, 'd')).map(({ set, attackType, subject }) => [set, attackType, subject])).toEqual([
      ['train', null, '1'],
      ['test', 'mask/7', '2'],
    ]);
    expect((await readDatasetProtocols(project, 'd')).map(({ name, from }) => [name, from])).toEqual([
      ['grandtest', 'lists'],
    ]);
  });

  it('SiW-Mv2: takes sets from its lists', async () => {
    for (const name of [
      'Live/Live_Train_Live_1',
      'Live/Live_Test_Live_2',
      'Spoof/Mask_Half/Mask_Half_3',
      'Spoof/Paper/Paper_4',
    ])
      await put(`${name}.mov`, mov);
    await put('trainlist_live.txt', 'Live_Train_Live_1\n');
    await put('trainlist_all.txt', 'Mask_Half_3\n');
    await put('testlist_live.txt', 'Live_Test_Live_2\n');
    await put('testlist_all.txt', 'Paper_4\nReplay_9\n');
    expect(await faults('siw-mv2')).toEqual(['missing Replay_9']);
    expect((await readItems(project, 'd')).map(({ set, attackType }) => [set, attackType])).toEqual([
      ['test', null],
      ['train', null],
      ['train', 'mask/half'],
      ['test', 'print'],
    ]);
  });
});

describe('lists', () => {
  async function faces(...names: string[]): Promise<void> {
    for (const name of names) await put(name, jpeg);
  }

  it('bob CSV: sets by file, endings found, bad rows by line', async () => {
    await faces('a/1.jpg', 'a/2.jpg', 'b/3.jpg');
    await put(
      'train.csv',
      'filename,subject,attack_type,light\na/1,anna,,dim\na/2.jpg,anna,print,\n../x.jpg,eve,print,\n',
    );
    await put('eval.csv', 'filename,subject,attack_type\nb/3.jpg,ben,replay/phone\n');
    expect(await faults('bob-csv')).toEqual(['bad-row train.csv:4', 'missing dev.csv']);
    expect(await readItems(project, 'd')).toMatchObject([
      { path: 'a/1.jpg', set: 'train', subject: 'anna', attackType: null, tags: { light: 'dim' } },
      { path: 'a/2.jpg', set: 'train', attackType: 'print' },
      { path: 'b/3.jpg', set: 'test', attackType: 'replay/phone' },
    ]);
  });

  it('SSDG JSON: 1 is live, absolute paths of another machine are laid over the folder', async () => {
    await faces('oulu/9/frame_0001.jpg', 'oulu/8/frame_0001.jpg');
    const file = join(source, 'choose_train_label.json');
    await put(
      'choose_train_label.json',
      JSON.stringify([
        { photo_path: '/home/you/data/oulu/9/frame_0001.jpg', photo_label: 1, photo_belong_to_video_ID: 9 },
        { photo_path: '/home/you/data/oulu/8/frame_0001.jpg', photo_label: 0, photo_belong_to_video_ID: 8 },
        { photo_path: '../../../etc/passwd', photo_label: 0, photo_belong_to_video_ID: 7 },
        { photo_path: 'oulu/8/frame_0001.jpg', photo_label: 'spoof' },
      ]),
    );
    const { findings, polarity } = await importDataset(project, { path: file, importer: 'ssdg-json', name: 's' });
    expect(polarity).toBe('photo_label 1 = bona fide');
    expect(findings.filter(({ kind }) => kind === 'bad-row').map(({ path }) => path)).toEqual([
      'choose_train_label.json:3',
      'choose_train_label.json:4',
    ]);
    expect(
      (await readItems(project, 's')).map(({ path, attackType, videoId, set }) => [path, attackType, videoId, set]),
    ).toEqual([
      ['oulu/9/frame_0001.jpg', null, '9', 'train'],
      ['oulu/8/frame_0001.jpg', 'unspecified', '8', 'train'],
    ]);
  });

  it('FAS list: four labels, no header', async () => {
    await faces('1.jpg', '2.jpg', '3.jpg', '4.jpg');
    await put('OULU-TEST.csv', '1.jpg,0\n2.jpg,1\n3.jpg,2\n4.jpg,3\n5.jpg,4\n');
    const { findings } = await importDataset(project, {
      path: join(source, 'OULU-TEST.csv'),
      importer: 'fas-list',
      name: 'f',
    });
    expect(findings.filter(({ severity }) => severity === 'error').map(({ path }) => path)).toEqual([
      'OULU-TEST.csv:5',
    ]);
    expect((await readItems(project, 'f')).map(({ attackType, set }) => [attackType, set])).toEqual([
      [null, 'test'],
      ['print', 'test'],
      ['replay', 'test'],
      ['mask', 'test'],
    ]);
  });

  it('CSV: a foreign header by a choice of columns, every bad row told by line', async () => {
    await faces('img/1.jpg', 'img/2.jpg');
    const file = join(source, 'foreign.csv');
    const columns = { path: 'Image', subject: 'who', label: { column: 'y', bonaFide: ['1'] } };
    await put('foreign.csv', 'image,who,y,camera\nimg/1.jpg,anna,1,front\nimg/2.jpg,ben,0,\n');
    await importDataset(project, { path: file, importer: 'csv', name: 'ok', columns });
    expect(await readItems(project, 'ok')).toMatchObject([
      { subject: 'anna', attackType: null, tags: { camera: 'front' } },
      { subject: 'ben', attackType: 'unspecified' },
    ]);
    await put('foreign.csv', 'image,who,y\n/etc/passwd,a,1\nimg/2.jpg,b,0\nimg/1.jpg,c,\n');
    await expect(importDataset(project, { path: file, importer: 'csv', name: 'bad', columns })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(/foreign\.csv:2: column "image".*outside.*1 more bad rows, in lines 4/) as string,
    });
  });

  it('refuses labels that are the wrong way round, and names single ones', async () => {
    const names = [1, 2, 3].flatMap((index) => [`live/${index}.jpg`, `spoof/${index}.jpg`]);
    await faces(...names);
    const list = (flag: (name: string) => number) =>
      `path,is_bonafide\n${names.map((name) => `${name},${flag(name)}\n`).join('')}`;
    await put(
      'turned.csv',
      list((name) => (name.startsWith('live') ? 0 : 1)),
    );
    await put(
      'one.csv',
      list((name) => (name === 'live/2.jpg' || name.startsWith('spoof') ? 0 : 1)),
    );
    const read = (name: string) => importDataset(project, { path: join(source, name), importer: 'csv', name: 'p' });
    await expect(read('turned.csv')).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('6 of 6 paths that say what they show disagree') as string,
    });
    const { findings } = await read('one.csv');
    expect(findings.filter(({ kind }) => kind === 'polarity').map(({ path }) => path)).toEqual(['live/2.jpg']);
  });
});

describe('hostile trees', () => {
  it('ends in loops of links, and follows none that leads outside', async () => {
    await put('Train_files/1_1_01_1.avi', avi);
    await symlink(source, join(source, 'Train_files', 'again'));
    await symlink(join(source, 'Train_files'), join(source, 'Test_files'));
    await symlink('/etc', join(source, 'Dev_files'));
    await symlink(join(source, 'b'), join(source, 'a'));
    await symlink(join(source, 'a'), join(source, 'b'));
    const found = (await faults('oulu-npu')).filter((text) => text.startsWith('link'));
    expect(found).toEqual([
      'link-broken a',
      'link-broken b',
      'link-loop Test_files/again',
      'link-loop Train_files/again',
      'link-outside Dev_files',
    ]);
  });

  it('says when nothing is named as the dataset names its files', async () => {
    await put('photos/me.jpg', jpeg);
    await expect(importDataset(project, { path: source, importer: 'siw' })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('no file is named as SiW names its files') as string,
    });
  });

  it('refuses lists that are no JSON, or something else than a list', async () => {
    await put('a.json', '{"photo_path": [');
    await put('b.json', '{"photo_path": 1}');
    for (const [name, message] of [
      ['a.json', 'not valid JSON'],
      ['b.json', 'expected a list'],
    ] as const)
      await expect(importDataset(project, { path: join(source, name), importer: 'ssdg-json' })).rejects.toMatchObject({
        code: 'invalid',
        message: expect.stringContaining(message) as string,
      });
  });
});

/** One hash over every path, content and time of change. */
async function fingerprint(root: string): Promise<string> {
  const hash = createHash('sha256');
  for (const entry of (await readdir(root, { recursive: true })).sort()) {
    const info = await stat(join(root, entry));
    hash.update(`${entry} ${info.size} ${info.mtimeMs} ${info.ctimeMs}\n`);
    if (info.isFile()) hash.update(await readFile(join(root, entry)));
  }
  return hash.digest('hex');
}
