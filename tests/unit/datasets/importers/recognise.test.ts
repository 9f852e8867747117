import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImporterName } from '@shared/domain/dataset';
import { previewImport } from '@workbench/datasets/importers/preview-import';
import { recogniseSource } from '@workbench/datasets/importers/recognise-source';
import {
  casiaNames,
  casiaSurfNames,
  celebaNames,
  msuNames,
  nuaaNames,
  ouluNames,
  replayAttackNames,
  replayMobileNames,
  roseNames,
  siwNames,
  threeDMadNames,
} from './name-lists';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relief-recognise-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(path: string, text = ''): Promise<string> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}
/** Some of a dataset's names, spread over it, as empty files. */
async function lay(names: readonly string[], most = 120): Promise<void> {
  const step = Math.max(1, Math.floor(names.length / most));
  for (const name of names.filter((_, index) => index % step === 0).slice(0, most)) await put(name);
}

describe('a dropped folder', () => {
  it.each<[ImporterName, () => readonly string[]]>([
    ['oulu-npu', ouluNames],
    ['casia-fasd', casiaNames],
    ['replay-attack', replayAttackNames],
    ['replay-mobile', replayMobileNames],
    ['msu-mfsd', msuNames],
    ['siw', siwNames],
    ['celeba-spoof', celebaNames],
    ['nuaa', () => nuaaNames().names],
    ['rose-youtu', roseNames],
    ['casia-surf', () => casiaSurfNames().names],
    ['3dmad', threeDMadNames],
    ['wmca', () => ['2018-01/001_01_000_0_00.hdf5', '2018-01/001_01_000_3_01.hdf5']],
    ['lcc-fasd', () => ['LCC_FASD_training/real/a.png', 'LCC_FASD_training/spoof/b.png']],
    ['siw-mv2', () => ['Live/Live_1.mov', 'Spoof/Mask_Paper/Mask_Paper_2.mov']],
  ])('is recognised as %s by how its files are named, before anything else', async (importer, names) => {
    await lay(names());
    const [first] = await recogniseSource(folder);
    expect(first?.importer).toBe(importer);
    expect(first?.why).toMatch(/ % of its (clips|pictures) are named as .* names them, such as /);
  });

  it('is a folder by class where only its folders say so, and nothing where nothing does', async () => {
    await put('live/anna/1.jpg');
    await put('spoof/print/2.jpg');
    await put('notes.txt', 'nothing');
    expect((await recogniseSource(folder)).map(({ importer, share }) => [importer, share])).toEqual([['folder', 1]]);
    await rm(folder, { recursive: true });
    await put('somewhere/1.jpg');
    expect(await recogniseSource(folder)).toEqual([]);
  });

  it('is read by the lists that lie in it', async () => {
    await put('img/1.jpg');
    await put('train.csv', 'filename,subject,attack_type\nimg/1,1,\n');
    await put('dev.csv', 'filename,subject,attack_type\nimg/1,1,\n');
    const own = await put('all.csv', 'path,attack_type\nimg/1.jpg,\n');
    const json = await put('train_label.json', '[{"photo_path": "img/1.jpg", "photo_label": 1}]');
    const list = await put('train_list.txt', 'img/1.jpg,0\nimg/2.jpg,3\n');
    const found = await recogniseSource(folder);
    expect(found.map(({ importer, path }) => [importer, path])).toEqual([
      ['bob-csv', folder],
      ['fas-list', list],
      ['ssdg-json', json],
      ['csv', own],
    ]);
  });
});

describe('a dropped list', () => {
  it('is shown with its columns while nobody has said which one holds the class', async () => {
    const file = await put('faces.csv', 'img,y,who,part\na.jpg,1,anna,train\nb.jpg,0,anna,test\nc.jpg,0,bea,test\n');
    const [found] = await recogniseSource(file);
    expect(found).toMatchObject({ importer: 'csv', path: file });
    const asked = await previewImport({ path: file, importer: 'csv' });
    expect(asked.problem).toMatch(/missing column "path"/);
    expect(asked.columns?.map(({ name, values }) => [name, values])).toEqual([
      ['img', ['a.jpg', 'b.jpg', 'c.jpg']],
      ['y', ['1', '0']],
      ['who', ['anna', 'bea']],
      ['part', ['train', 'test']],
    ]);
    const label = { column: 'y', bonaFide: ['1'] };
    const mapped = await previewImport({
      path: file,
      importer: 'csv',
      columns: { path: 'img', label, subject: 'who', set: 'part' },
    });
    expect(mapped).toMatchObject({
      problem: null,
      items: 3,
      subjects: 2,
      split: 'given',
      counts: { train: { bonaFide: 1, attack: 0 }, test: { bonaFide: 0, attack: 2 } },
    });
    expect(mapped.examples.map(({ path, subject }) => [path, subject])).toEqual([
      ['a.jpg', 'anna'],
      ['b.jpg', 'anna'],
      ['c.jpg', 'bea'],
    ]);
  });
});

describe('a preview', () => {
  it('sets what is there beside what should be, and names what is missing', async () => {
    await lay(
      ouluNames().filter((name) => /_0[12]_/.test(name) && !name.endsWith('1_1_01_1.avi')),
      300,
    );
    const preview = await previewImport({ path: folder, importer: 'oulu-npu' });
    expect(preview).toMatchObject({ items: 179, subjects: 2, counts: { train: { bonaFide: 35, attack: 144 } } });
    expect(preview.expected.find(({ set }) => set === 'train')).toMatchObject({ bonaFide: 360, attack: 1440 });
    expect(preview.findings.some(({ message }) => message.includes('1_1_01_1.avi'))).toBe(true);
    expect(preview.protocols.slice(0, 3)).toEqual(['P1', 'P2', 'P3_1']);
  });
});
