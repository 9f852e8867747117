import { createHash } from 'node:crypto';
import { chmodSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LayoutName, layoutNames } from '@shared/domain/dataset';
import { z } from '@shared/zod';
import { importDataset } from '@workbench/datasets/import-dataset';
import { readItems } from '@workbench/datasets/store';
import { encodePng } from '@workbench/images/encode';
import { createImage } from '@workbench/images/rgb-image';
import { createProject, type Project } from '@workbench/project/project';
import { buildBundles } from '../../../fixtures/build';
import { relief } from '../../../fixtures/small-project';
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

/** A part of a dataset as it would lie on disk: whole subjects, with their real names. */
interface Tree {
  readonly names: readonly string[];
  readonly lists?: Readonly<Record<string, string>>;
  /** How a missing file is told, by its name; null where neither a rule nor a list says that it should be there. */
  readonly missing: (name: string) => string | null;
  /** Where a file lies that has no place in the dataset. */
  readonly extra?: string;
}

const whole = (name: string) => name;
const unknown = () => null;
const subjectsOf = (names: readonly string[], pattern: RegExp) => names.filter((name) => pattern.test(name));

/** Names and lists of the first so many lines of every list. */
function listedPart(
  { lists }: { lists: Record<string, string> },
  lines: number,
  filesOf: (line: string, list: string) => string[],
): Tree {
  const parts = Object.entries(lists).map(([list, text]) => [list, text.split(/\r?\n/).slice(0, lines)] as const);
  return {
    names: [...new Set(parts.flatMap(([list, texts]) => texts.flatMap((line) => filesOf(line, list))))],
    lists: Object.fromEntries(parts.map(([list, texts]) => [list, texts.join('\n')])),
    missing: whole,
  };
}

const celeba = celebaNames()
  .filter((name) => /^Data\/(train|test)\/[0-3]\//.test(name))
  .slice(0, 60);
const trees: Readonly<Record<LayoutName, () => Tree>> = {
  'oulu-npu': () => ({ names: subjectsOf(ouluNames(), /_(01|21|36)_/), missing: whole }),
  'casia-fasd': () => ({ names: subjectsOf(casiaNames(), /release\/[1-4]\//), missing: whole }),
  'replay-attack': () => ({ names: subjectsOf(replayAttackNames(), /client0(01|16|31)_/), missing: whole }),
  // One client of the release lacks clips, so that nobody can say what each should have.
  'replay-mobile': () => ({ names: subjectsOf(replayMobileNames(), /client0(01|13|29)_/), missing: unknown }),
  'msu-mfsd': () => ({ names: subjectsOf(msuNames(), /client0(02|03|01|13)_/), missing: whole }),
  siw: () => ({ names: subjectsOf(siwNames(), /\/(001|002|091)\//), missing: unknown }),
  'celeba-spoof': () => ({ names: celeba, missing: unknown, extra: 'Data/holiday.jpg' }),
  nuaa: () => {
    const part = listedPart(nuaaNames(), 12, (line, list) => [
      `${list.startsWith('client') ? 'Client' : 'Imposter'}Raw/${line.replace('\\', '/')}`,
    ]);
    return { ...part, missing: (name) => name };
  },
  'rose-youtu': () => ({ names: subjectsOf(roseNames(), /^[12]\//).slice(0, 80), missing: unknown }),
  'lcc-fasd': () => ({
    names: ['training', 'development', 'evaluation'].flatMap((set) =>
      ['real', 'spoof'].flatMap((kind) => [1, 2, 3].map((n) => `LCC_FASD_${set}/${kind}/${kind}_${set}_${n}.png`)),
    ),
    missing: unknown,
    extra: 'elsewhere/holiday.png',
  }),
  'casia-surf': () => ({
    ...listedPart(casiaSurfNames(), 12, (line) => line.split(' ').filter((part) => part.includes('/'))),
    extra: 'Training/holiday.jpg',
  }),
  wmca: () => ({
    names: [1, 2, 3].flatMap((client) =>
      ['0_00', '1_01', '2_02', '3_03'].map((kind) => `2018-02-2${client}/00${client}_01_000_${kind}.hdf5`),
    ),
    missing: unknown,
  }),
  '3dmad': () => ({ names: subjectsOf(threeDMadNames(), /\/(01|08|13)_/), missing: whole }),
  'siw-mv2': () => ({
    names: [1, 2, 3, 4].flatMap((n) => [
      `Live/Live_${n}.mov`,
      `Spoof/Mask_Half/Mask_Half_${n}.mov`,
      `Spoof/Paper/Paper_${n}.mov`,
    ]),
    missing: unknown,
    extra: 'elsewhere/holiday.mov',
  }),
};

let folder: string;
let source: string;
let project: Project;
const png = encodePng(createImage(224, 224));
const recording = readFileSync(join(__dirname, '../../../fixtures/recordings/colour.hdf5'));
const avi = Buffer.concat([Buffer.from('RIFF'), Buffer.from([4, 0, 0, 0]), Buffer.from('AVI ')]);
const part = (name: string, content: string) => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length, 0);
  head.write(name, 4, 'latin1');
  return Buffer.concat([head, Buffer.from(content)]);
};
const mov = Buffer.concat([part('ftyp', 'qt  '), part('moov', '')]);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relief-planted-'));
  source = join(folder, 'data');
  project = await createProject(join(folder, 'project'), 'test');
});
afterEach(async () => {
  await project.close();
  await rm(folder, { recursive: true, force: true });
});

async function contentOf(name: string): Promise<Uint8Array> {
  const extension = extname(name).toLowerCase();
  if (extension === '.hdf5') return recording;
  if (extension === '.avi') return avi;
  return ['.png', '.jpg'].includes(extension) ? png : mov;
}
async function put(path: string, content: Uint8Array | string): Promise<void> {
  const file = join(source, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}
async function lay({ names, lists = {} }: Tree): Promise<void> {
  expect(names.length).toBeLessThanOrEqual(300);
  for (const name of names) await put(name, await contentOf(name));
  for (const [name, text] of Object.entries(lists)) await put(name, text);
}
/** Kind and path of what an import finds, and the counts that it says are others than the dataset's. */
async function findingsOf(importer: LayoutName, name: string) {
  const { findings } = await importDataset(project, { path: source, importer, name });
  return findings
    .filter(({ kind }) => !['note', 'carved-sets', 'left-out', 'count', 'one-class'].includes(kind))
    .map(({ kind, path }) => `${kind} ${path ?? ''}`.trim())
    .sort();
}
/** One hash over every path, content, mode and time of change. */
async function stateOf(root: string): Promise<string> {
  const hash = createHash('sha256');
  for (const entry of ['', ...(await readdir(root, { recursive: true })).sort()]) {
    const info = await stat(join(root, entry));
    hash.update(`${entry} ${info.mode} ${info.size} ${info.mtimeMs} ${info.ctimeMs}\n`);
    if (info.isFile()) hash.update(await readFile(join(root, entry)));
  }
  return hash.digest('hex');
}

describe('a tree on disk', () => {
  it.each(layoutNames)(
    'of %s: each planted fault is told, none is invented, and nothing is changed',
    async (importer) => {
      const tree = trees[importer]();
      await lay(tree);
      // A clean part of a dataset has counts of its own and nothing else to be said.
      const clean = await findingsOf(importer, 'clean');
      expect(clean.filter((text) => !text.startsWith('missing-subjects'))).toEqual([]);
      const before = (await readItems(project, 'clean')).map(({ path }) => path);
      const [gone = '', broken = '', loud = '', cut = ''] = [3, 5, 7, 9].map(
        (place) => before[Math.min(before.length - 1, Math.floor((place * before.length) / 12))],
      );
      expect(new Set([gone, broken, loud, cut]).size).toBe(4);
      const isPicture = ['.png', '.jpg'].includes(extname(gone).toLowerCase());
      await rm(join(source, gone));
      await put(broken, 'this is neither a picture nor a clip');
      const shouted = join(dirname(loud), basename(loud).toUpperCase());
      await rename(join(source, loud), join(source, shouted));
      const content = await contentOf(cut);
      await put(
        cut,
        extname(cut) === '.avi' || extname(cut) === '.mov' || extname(cut) === '.mp4'
          ? ''
          : content.subarray(0, content.length - 20),
      );
      const extra = tree.extra ?? join(dirname(tree.names[0] ?? ''), `holiday${extname(gone)}`);
      await put(extra, await contentOf(extra));

      const state = await stateOf(source);
      const found = await findingsOf(importer, 'faulty');
      expect(await stateOf(source)).toBe(state);
      const missing = tree.missing(gone);
      const cutKind = extname(cut) === '.hdf5' || isPicture ? 'truncated' : 'empty';
      const planted = [
        ...(missing === null ? [] : [`missing ${missing}`]),
        `${isPicture ? 'not-an-image' : 'not-a-video'} ${broken}`,
        ...(shouted === loud ? [] : [`wrong-case ${shouted}`]),
        `${cutKind} ${cut}`,
        `extra ${extra}`,
      ];
      const told = found.filter((text) => !clean.includes(text));
      expect(
        told
          .map((text) =>
            text.startsWith('missing ') && missing !== null && missing.endsWith(text.slice(8))
              ? `missing ${missing}`
              : text,
          )
          .sort(),
      ).toEqual(planted.sort());
      const left = (await readItems(project, 'faulty')).map(({ path }) => path).sort();
      expect(left).toEqual([...before.filter((path) => ![gone, broken, cut, loud].includes(path)), shouted].sort());
    },
  );

  it('that may only be read is imported by the command as by anybody, and stays as it is', async () => {
    buildBundles();
    const Imported = z.looseObject({ items: z.int(), findings: z.array(z.looseObject({ kind: z.string() })) });
    await project.close();
    // Another person than the tree's owner, who may read it and no more.
    const uid = process.getuid?.() === 0 ? 65_534 : undefined;
    const other = join(folder, 'others');
    await mkdir(other);
    await chmod(folder, 0o755);
    await chmod(other, 0o777);
    const home = process.env['RELIEF_HOME'];
    process.env['RELIEF_HOME'] = join(other, 'home');
    for (const importer of ['casia-fasd', 'lcc-fasd'] as const) {
      await rm(source, { recursive: true, force: true });
      const tree = trees[importer]();
      await lay(tree);
      const entries = ['', ...(await readdir(source, { recursive: true }))];
      for (const entry of entries)
        chmodSync(join(source, entry), (await stat(join(source, entry))).isFile() ? 0o444 : 0o555);
      const state = await stateOf(source);
      const at = join(other, importer);
      const as = uid === undefined ? {} : { uid };
      expect((await relief(['init', at], as)).code).toBe(0);
      const { code, stdout, stderr } = await relief(
        ['import', source, '--as', importer, '--name', 'd', '--project', at, '--json'],
        as,
      );
      expect([code, stderr]).toEqual([0, '']);
      expect(Imported.parse(JSON.parse(stdout)).items).toBe(tree.names.length);
      expect(await stateOf(source)).toBe(state);
      for (const entry of entries) await chmod(join(source, entry), 0o755);
    }
    if (home === undefined) Reflect.deleteProperty(process.env, 'RELIEF_HOME');
    else process.env['RELIEF_HOME'] = home;
    project = await createProject(join(folder, 'again'), 'test');
  }, 60_000);
});
