import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckFinding, DatasetCheck, JudgedCheck } from '@shared/domain/check';
import { openFindings } from '@shared/domain/check';
import type { MediaItem } from '@shared/domain/media-item';
import { checkDatasets } from '@workbench/datasets/doctor/check-datasets';
import { acknowledgeFinding, readChecks } from '@workbench/datasets/doctor/check-store';
import { Fingerprints } from '@workbench/datasets/doctor/fingerprints';
import { markItems } from '@workbench/datasets/marks';
import { readItems } from '@workbench/datasets/store';
import { decodeImage } from '@workbench/images/decode';
import { encodeJpeg, encodePng } from '@workbench/images/encode';
import { resize } from '@workbench/images/resize';
import { createProject, type Project } from '@workbench/project/project';
import { buildBundles } from '../../../fixtures/build';
import { countingClip, ffmpeg } from '../../../fixtures/clips';
import { pattern, type PatternItem, patternItems, writePatternDataset } from '../../../fixtures/pattern-dataset';
import { mediaItem } from '../../../fixtures/media-item';
import { colourType, writePng } from '../../images/png-writer';

let folder: string;
let project: Project;
beforeAll(async () => {
  buildBundles();
  folder = mkdtempSync(join(tmpdir(), 'relief-doctor-'));
  project = await createProject(join(folder, 'project'), 'test');
}, 120_000);
afterAll(async () => {
  await project.close();
  rmSync(folder, { recursive: true, force: true });
});

const root = (id: string) => join(folder, id);
async function check(...ids: string[]): Promise<DatasetCheck[]> {
  return checkDatasets(project, ids, { threads: 2 });
}
/** Findings that ask for something to be done. */
const serious = ({ findings }: Pick<DatasetCheck, 'findings'>) =>
  findings.filter(({ severity }) => severity !== 'info');
const pathsOf = (finding: CheckFinding | undefined) => finding?.evidence.map(({ path }) => path).sort() ?? [];

describe('a clean dataset', () => {
  it('has no finding but that nobody has noted its licence', async () => {
    await writePatternDataset(project, root('clean'), 'clean', await patternItems({ id: 'clean' }));
    const [found] = await check('clean');
    expect(found?.findings.map(({ kind, severity }) => [kind, severity])).toEqual([['licence', 'info']]);
    expect(found?.card).toMatchObject({
      ...{ items: 104, images: 104, clips: 0, subjects: 26, itemsWithoutSubject: 0, videos: 0 },
      attackTypes: { print: 52 },
      devices: { 'phone-1': 52, 'phone-2': 52 },
      sets: {
        train: { bonaFide: 20, attack: 20, subjects: 10 },
        dev: { bonaFide: 16, attack: 16, subjects: 8 },
        test: { bonaFide: 16, attack: 16, subjects: 8 },
      },
      size: { bonaFide: { items: 52, distinct: 52, subjects: 26 } },
    });
    expect(found?.shortcuts).toMatchObject({ samples: 104, subjects: 26, note: null });
  });
});

describe('planted faults', () => {
  const planted = new Map<string, string[]>();
  let found: DatasetCheck;
  let items: MediaItem[];

  beforeAll(async () => {
    const id = 'planted';
    const made = await patternItems({ id });
    const take = (path: string): PatternItem => {
      const one = made.find(({ item }) => item.path === path);
      if (!one) throw new Error(`no ${path}`);
      return one;
    };
    const replace = (path: string, bytes: Uint8Array | null) => {
      made[made.indexOf(take(path))] = { ...take(path), bytes, crop: null };
    };
    const add = async (path: string, image: Uint8Array, change: Partial<MediaItem>) => {
      made.push({
        item: mediaItem(id, path, change),
        bytes: image,
        crop: resize(await decodeImage(image), 128, 128),
      });
    };
    const bytesOf = (path: string) => take(path).bytes ?? new Uint8Array();
    const recoded = async (path: string) => encodeJpeg(resize(await decodeImage(bytesOf(path)), 112, 112), 70);

    // Files.
    replace('train/p00-a0.png', new TextEncoder().encode('no picture at all'));
    replace('train/p00-b0.png', bytesOf('train/p00-b0.png').slice(0, 4000));
    replace('dev/p10-a0.png', null);
    // What says it is enormous, a link to itself, a folder where a file belongs.
    const huge = writePng({ width: 2, height: 1, depth: 8, colourType: colourType.grey, samples: [1, 2] });
    huge.writeUInt32BE(60_000, 16);
    huge.writeUInt32BE(60_000, 20);
    mkdirSync(join(root(id), 'train', 'folder.png'), { recursive: true });
    symlinkSync('loop.png', join(root(id), 'train', 'loop.png'));
    for (const name of ['huge', 'folder', 'loop'])
      made.push({
        item: mediaItem(id, `train/${name}.png`),
        ...{ bytes: name === 'huge' ? new Uint8Array(huge) : null, crop: null },
      });
    planted.set('corrupt', [
      ...['train/p00-a0.png', 'train/p00-b0.png', 'train/huge.png', 'train/folder.png', 'train/loop.png'],
    ]);
    planted.set('missing', ['dev/p10-a0.png']);
    // Copies inside a set.
    await add('train/copy.png', bytesOf('train/p01-a0.png'), { subject: 'p01', session: 'day-p01' });
    planted.set('copies', ['train/copy.png', 'train/p01-a0.png']);
    await add('train/recoded.jpg', await recoded('train/p01-a1.png'), { subject: 'p01', session: 'day-p01' });
    planted.set('near-duplicates', ['train/p01-a1.png', 'train/recoded.jpg']);
    // One file under both labels.
    await add('train/conflict.png', bytesOf('train/p02-a0.png'), { subject: 'p02', attackType: 'print' });
    planted.set('label-conflict', ['train/conflict.png', 'train/p02-a0.png']);
    // Leaks.
    const test = { set: 'test', subject: null } as const;
    await add('test/copy.png', bytesOf('train/p03-a0.png'), test);
    planted.set('leak-copy', ['test/copy.png', 'train/p03-a0.png']);
    await add('test/recoded.jpg', await recoded('train/p03-a1.png'), test);
    planted.set('leak-near-duplicate', ['test/recoded.jpg', 'train/p03-a1.png']);
    await add('test/again.png', await encodePng(pattern('p04 again')), {
      ...{ set: 'test', subject: 'p04', session: 'day-p04' },
    });
    planted.set('leak-session', ['test/again.png', ...['a0', 'a1', 'b0', 'b1'].map((shot) => `train/p04-${shot}.png`)]);
    await add('dev/again.png', await encodePng(pattern('p05 again')), {
      ...{ set: 'dev', subject: 'p05', session: 'another day' },
    });
    for (const [index, set] of (['train', 'test'] as const).entries())
      await add(`${set}/frame.png`, await encodePng(pattern(`clip frame ${index}`)), {
        ...{ set, videoId: 'clip-7', frame: index },
      });
    planted.set('leak-video', ['test/frame.png', 'train/frame.png']);
    // Labels.
    await add('train/live/one.png', await encodePng(pattern('says live')), { attackType: 'print' });
    planted.set('polarity-names', ['train/live/one.png']);
    // Clips.
    const clip = countingClip(folder, 'one.avi');
    const other = join(folder, 'other.mp4');
    ffmpeg('-i', clip, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', other);
    for (const [path, file] of [
      ['train/first.avi', clip],
      ['train/second.avi', clip],
      ['train/third.mp4', other],
    ] as const)
      made.push({
        item: mediaItem(id, path, { kind: 'video' }),
        ...{ bytes: new Uint8Array(readFileSync(file)), crop: null },
      });
    planted.set('clip-twice', ['train/first.avi', 'train/second.avi', 'train/third.mp4']);
    // Depth targets.
    planted.set('depth-constant', ['train/p06-a0.png']);
    const flat = new Uint8Array(32 * 32).fill(200);
    const dome = Uint8Array.from({ length: 32 * 32 }, (_, cell) =>
      Math.max(0, Math.round(255 - 18 * Math.hypot((cell % 32) - 15.5, Math.floor(cell / 32) - 15.5))),
    );
    await writePatternDataset(project, root(id), id, made, (item) =>
      item.path === 'train/p06-a0.png' ? flat : item.attackType === null ? dome : new Uint8Array(32 * 32),
    );
    items = made.map(({ item }) => item);
    const [answer] = await check(id);
    if (!answer) throw new Error('no check');
    found = answer;
  }, 120_000);

  it('are all found, each with the items that it is about', () => {
    for (const [kind, paths] of planted)
      expect([kind, pathsOf(found.findings.find((one) => one.kind === kind))]).toEqual([kind, [...paths].sort()]);
    const subjects = found.findings.filter(({ kind }) => kind === 'leak-subject');
    expect(subjects.map(({ message }) => message).sort()).toEqual([
      '1 subject of planted train is in planted dev, too: p05.',
      '1 subject of planted train is in planted test, too: p04.',
    ]);
  });

  it('are all there is: no finding is invented', () => {
    const kinds = new Set([...planted.keys(), 'leak-subject', 'licence']);
    expect(found.findings.filter(({ kind }) => !kinds.has(kind))).toEqual([]);
    const twice = found.findings.map(({ kind }) => kind).filter((kind, index, all) => all.indexOf(kind) !== index);
    expect(twice).toEqual(['leak-subject']);
    expect(new Set(found.findings.map(({ id }) => id)).size).toBe(found.findings.length);
  });

  it('say in plain words what is wrong and what to do', () => {
    const words = Object.fromEntries(found.findings.map(({ kind, message }) => [kind, message]));
    expect(words['missing']).toBe('1 file of the list is not there: dev/p10-a0.png.');
    expect(words['corrupt']).toMatch(/^5 files cannot be read: train\/p00-a0.png is not a JPEG, PNG or WebP image, /);
    expect(words['leak-copy']).toBe(
      '1 file of planted test is byte for byte in planted train, too: test/copy.png = train/p03-a0.png.',
    );
    expect(words['label-conflict']).toMatch(/^1 file is there twice, once labelled bona fide and once an attack: /);
    for (const { severity, advice, kind } of found.findings) {
      expect(advice.length).toBeGreaterThan(20);
      if (kind.startsWith('leak-')) expect([severity, advice]).toEqual(['error', expect.stringContaining('refused')]);
    }
  });

  it('are found again under the same ids', async () => {
    const [again] = await check('planted');
    expect(again?.findings.map(({ id }) => id)).toEqual(found.findings.map(({ id }) => id));
  });

  it('may stand when a person says why, until that is taken back; the reason is kept with the dataset', async () => {
    const leak = found.findings.find(({ kind }) => kind === 'leak-copy');
    if (!leak) throw new Error('no leak');
    const read = async (): Promise<JudgedCheck[]> => readChecks(project, ['planted']);
    const errors = openFindings(await read(), 'error');
    await acknowledgeFinding(project, leak.id, 'the source has it twice');
    const [judged] = await read();
    expect(judged?.findings.find(({ id }) => id === leak.id)?.acknowledged?.reason).toBe('the source has it twice');
    expect(openFindings(await read(), 'error')).toBe(errors - 1);
    await check('planted');
    expect(openFindings(await read(), 'error')).toBe(errors - 1);
    await acknowledgeFinding(project, leak.id, null);
    expect(openFindings(await read(), 'error')).toBe(errors);
    await expect(acknowledgeFinding(project, leak.id, '   ')).rejects.toMatchObject({ code: 'bad-request' });
    await expect(acknowledgeFinding(project, 'no-such', 'why')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('are gone when the items are excluded', async () => {
    const wanted = new Set([...planted.values()].flat());
    const again = ['dev/again.png', 'test/again.png'];
    const left = items.filter(({ path }) => wanted.has(path) || again.includes(path)).map(({ id }) => id);
    await markItems(project, new Map([['planted', left]]), { action: 'exclude', reason: 'planted' });
    const [after] = await check('planted');
    expect(after && serious(after)).toEqual([]);
  });
});

describe('a check that is stopped', () => {
  it('says so, keeps what it has read, and goes on from there', async () => {
    await writePatternDataset(project, root('stopped'), 'stopped', await patternItems({ id: 'stopped', shots: 1 }));
    const stop = new AbortController();
    const phases: string[] = [];
    const stopped = checkDatasets(project, ['stopped'], {
      ...{ threads: 1, signal: stop.signal },
      onProgress: ({ phase, done, steps }) => {
        phases.push(phase);
        expect(done).toBeLessThanOrEqual(steps);
        if (phase.startsWith('shortcuts')) stop.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(phases).toContain('files stopped');
    expect(await readChecks(project, ['stopped'])).toEqual([]);
    const ids = (await readItems(project, 'stopped')).map(({ id }) => id);
    expect((await Fingerprints.load(project, 'stopped', ids)).complete).toBe(true);
    const [found] = await check('stopped');
    expect(found && serious(found)).toEqual([]);
  });
});

describe('labels that are turned round', () => {
  it('are found in one set of a dataset', async () => {
    await writePatternDataset(project, root('set'), 'set', await patternItems({ id: 'set', turned: ['test'] }));
    const [found] = await check('set');
    expect(found && serious(found).map(({ kind, message }) => [kind, message])).toEqual([
      ['polarity-sets', expect.stringMatching(/^The labels of set test look turned round: .* in train and dev says/)],
    ]);
  });

  it('are found in one of three datasets, and in no other', async () => {
    for (const id of ['one', 'two', 'three']) {
      const turned = id === 'two' ? (['train', 'dev', 'test'] as const) : [];
      const people = { train: 6, dev: 2, test: 4 };
      await writePatternDataset(project, root(id), id, await patternItems({ id, people, turned }));
    }
    const checks = await check('one', 'two', 'three');
    expect(checks.map((one) => [one.dataset, serious(one).map(({ kind }) => kind)])).toEqual([
      ['one', []],
      ['two', ['polarity-datasets']],
      ['three', []],
    ]);
  });
});

describe('shortcuts', () => {
  it('are told by what gives the classes away: a bright frame, another size', async () => {
    const made = await patternItems({ id: 'framed', attackLook: { stripes: 6, frame: 40 } });
    const scaled = await Promise.all(
      made.map(async (one) =>
        one.item.attackType === null || !one.crop
          ? one
          : { ...one, bytes: await encodePng(resize(one.crop, 160, 160)) },
      ),
    );
    await writePatternDataset(project, root('framed'), 'framed', scaled);
    const [found] = await check('framed');
    const messages = (found?.findings ?? []).filter(({ kind }) => kind === 'shortcut').map(({ message }) => message);
    expect(messages.join('\n')).toMatch(/8-pixel border alone tells bona fide from attacks with AUC (0\.9|1)/);
    expect(messages.join('\n')).toMatch(/width and height alone tell bona fide from attacks with AUC 1\.00/);
    expect(messages.join('\n')).not.toMatch(/device/);
  });
});
