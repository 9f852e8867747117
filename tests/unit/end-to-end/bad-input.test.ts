import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PreparedRow } from '@shared/domain/dataset';
import { MediaItem } from '@shared/domain/media-item';
import { z } from '@shared/zod';
import { demoPhotograph, writeBadPictures, writeReadablePictures } from './pictures';
import { ListedJobs, Relief } from '../../fixtures/relief';

const relief = new Relief();
const inFolder = (...names: string[]) => join(relief.folder, ...names);

beforeAll(async () => {
  await relief.createTinyProject([]);
});
afterAll(() => {
  relief.dispose();
});

/** Runs a command on the project that must refuse with one message. */
async function refusal(code: 1 | 2, ...args: string[]): Promise<string> {
  const answer = await relief.run([...args, '--project', relief.project]);
  expect(answer.code, `${args.join(' ')}\n${answer.stderr}`).toBe(code);
  expect(answer.stderr).not.toContain('internal error');
  expect(answer.stderr).not.toMatch(/^\s+at .*:\d+:\d+/m); // no stack
  return answer.stderr;
}

const Probe = z.looseObject({
  width: z.int(),
  height: z.int(),
  meanRgb: z.tuple([z.number(), z.number(), z.number()]),
  faces: z.array(z.looseObject({ box: z.array(z.number()).length(4) })),
});

describe('a folder of photographs of every kind', () => {
  let reasons: Record<string, string> = {};

  beforeAll(async () => {
    await writeReadablePictures(inFolder('mixed', 'bona-fide'));
    reasons = await writeBadPictures(inFolder('mixed', 'bona-fide'));
    mkdirSync(inFolder('mixed', 'attack', 'print'), { recursive: true });
    writeFileSync(inFolder('mixed', 'attack', 'print', 'sample3.jpg'), demoPhotograph(3));
  });

  it('is imported and prepared: what is readable gives a sample, what is not is listed with its reason', async () => {
    const Imported = z.looseObject({
      findings: z.array(z.looseObject({ kind: z.string(), path: z.string().nullable(), message: z.string() })),
    });
    const { findings } = await relief.json(Imported, ['import', inFolder('mixed'), '--as', 'folder']);
    const Prepared = z.looseObject({
      state: z.literal('done'),
      datasets: z.tuple([
        z.looseObject({
          failed: z.array(z.strictObject({ path: z.string(), reason: z.string(), message: z.string() })),
        }),
      ]),
    });
    const prepared = await relief.json(Prepared, ['prepare', 'mixed']);

    const dataset = join(relief.project, 'datasets', 'mixed');
    const items = readLines(join(dataset, 'items.jsonl'), MediaItem);
    const [recipe = ''] = readdirSync(join(dataset, 'prepared'));
    const rows = readLines(join(dataset, 'prepared', recipe, 'rows.jsonl'), PreparedRow);
    const listed = new Map(findings.map(({ path, kind }) => [path ?? '', kind]));
    for (const { path, reason } of prepared.datasets[0].failed) listed.set(path, reason);
    for (const [name, reason] of Object.entries(reasons)) expect(listed.get(`bona-fide/${name}`), name).toBe(reason);

    const good = rows.filter((row) => row.ok).map((row) => items.find(({ id }) => id === row.item)?.path);
    for (const name of ['plain.jpg', 'plain.png', 'sixteen-bit.png', 'alpha.png', 'grey.png', 'lying.jpg'])
      expect(good).toContain(`bona-fide/${name}`);
  });

  it('is seen alike by probe: upright, 8 bits, three colours', async () => {
    const probe = (name: string) => relief.json(Probe, ['probe', inFolder('mixed', 'bona-fide', name)]);
    const plain = await probe('plain.png');
    expect(plain).toMatchObject({ width: 300, height: 300 });
    expect(plain.faces).toHaveLength(1);
    for (const name of ['plain.jpg', 'sixteen-bit.png', 'alpha.png', 'lying.jpg']) {
      const seen = await probe(name);
      seen.meanRgb.forEach((value, channel) => {
        expect(value, name).toBeCloseTo(plain.meanRgb[channel] ?? NaN, 0);
      });
      seen.faces[0]?.box.forEach((value, side) => {
        expect(Math.abs(value - (plain.faces[0]?.box[side] ?? NaN)), name).toBeLessThan(6);
      });
      expect(seen.faces, name).toHaveLength(1);
    }
    const grey = await probe('grey.png');
    expect(new Set(grey.meanRgb).size).toBe(1);
    const stamp = await probe('stamp-cmyk.jpg');
    expect(stamp).toMatchObject({ width: 24, height: 16, faces: [] });
    stamp.meanRgb.forEach((value, channel) => {
      expect(Math.abs(value - ([126.7, 125, 103.3][channel] ?? NaN))).toBeLessThan(2);
    });
  });

  it('has unreadable ones that probe refuses with 2, naming the file', async () => {
    for (const name of ['empty.jpg', 'text.jpg', 'cut.jpg', 'huge.png']) {
      const path = inFolder('mixed', 'bona-fide', name);
      const message = await refusal(2, 'probe', path);
      expect(message.trim().split('\n')).toHaveLength(1);
      expect(message).toContain(path);
    }
    expect(await refusal(2, 'probe', inFolder('nothing.jpg'))).toContain('nothing.jpg');
  });
});

describe('lists and folders that cannot be meant', () => {
  const refusedImport = async (name: string, importer: string) => {
    const message = await refusal(2, 'import', inFolder(name), '--as', importer, '--name', 'refused');
    expect(existsSync(join(relief.project, 'datasets', 'refused'))).toBe(false);
    return message;
  };
  const csv = (name: string, ...lines: string[]) => {
    writeFileSync(inFolder(name), `${lines.join('\n')}\n`);
  };

  it('a folder with neither class names the folders it needs', async () => {
    mkdirSync(inFolder('neither', 'things'), { recursive: true });
    writeFileSync(inFolder('neither', 'things', 'a.jpg'), demoPhotograph(1));
    expect(await refusedImport('neither', 'folder')).toMatch(/neither.*bona-fide|bona-fide.*live.*real/s);
  });

  it('a CSV names file, line and column', async () => {
    writeFileSync(inFolder('a.jpg'), demoPhotograph(1));
    csv('no-class.csv', 'path,subject', 'a.jpg,s1');
    expect(await refusedImport('no-class.csv', 'csv')).toMatch(/no-class\.csv:1.*attack_type/);
    csv('no-path.csv', 'image,attack_type', 'a.jpg,');
    expect(await refusedImport('no-path.csv', 'csv')).toMatch(/no-path\.csv:1.*path/);
    csv('label.csv', 'path,label', 'a.jpg,1');
    expect(await refusedImport('label.csv', 'csv')).toMatch(/label\.csv:1.*label/);
    csv('polarity.csv', 'path,is_bonafide,attack_type', 'a.jpg,1,', 'a.jpg,1,print');
    expect(await refusedImport('polarity.csv', 'csv')).toMatch(/polarity\.csv:3.*is_bonafide.*polarity/);
    csv('word.csv', 'path,is_bonafide', 'a.jpg,maybe');
    expect(await refusedImport('word.csv', 'csv')).toMatch(/word\.csv:2.*is_bonafide.*maybe/);
    for (const outside of ['../a.jpg', '/etc/passwd', 'x/../../a.jpg']) {
      csv('outside.csv', 'path,attack_type', 'a.jpg,', `${outside},print`);
      expect(await refusedImport('outside.csv', 'csv')).toMatch(/outside\.csv:3.*outside/);
    }
  });
});

describe('experiments that cannot be meant', () => {
  const cases = [
    ['unknown key', 'stage1:\n  epoch: 3\n', 3, 'stage1.epoch'],
    ['unknown section', 'stages: {}\n', 2, 'stages'],
    ['NaN', 'stage1:\n  l1Weight: .nan\n', 3, 'stage1.l1Weight'],
    ['infinite', 'stage2:\n  epochs: 4\n  learningRate: 1e999\n', 4, 'stage2.learningRate'],
    ['out of range', 'stage1:\n  epochs: 0\n', 3, 'stage1.epochs'],
  ] as const;

  it.each(cases)('%s: names file, line and field, and nothing is queued', async (_what, body, line, field) => {
    const file = inFolder('bad.yaml');
    writeFileSync(file, `name: bad\n${body}`);
    for (const command of [['config', 'check'], ['train']]) {
      const message = await refusal(2, ...command, file);
      expect(message).toContain(`bad.yaml:${String(line)}`);
      expect(message).toContain(field);
    }
    const { jobs } = await relief.json(ListedJobs, ['jobs']);
    expect(jobs.filter(({ id }) => !id.includes('prepare'))).toEqual([]);
  });

  it('as assignments on the command line, too', async () => {
    for (const [assignment, field] of [
      ['stage1.l1Weight=NaN', 'stage1.l1Weight'],
      ['stage2.learningRate=1e999', 'stage2.learningRate'],
      ['stage1.epoch=3', 'stage1.epoch'],
      ['epochs=3', 'epochs=3'],
    ] as const)
      expect(await refusal(2, 'train', 'scratch', '--set', assignment)).toContain(field);
    expect(await refusal(2, 'train', 'no-such-preset')).toContain('no-such-preset');
  });
});

describe('a project of a newer format', () => {
  it('is refused with 2 by every command, and not touched', async () => {
    const newer = inFolder('newer');
    mkdirSync(newer);
    const text = JSON.stringify({ formatVersion: 999, name: 'later', future: true });
    writeFileSync(join(newer, 'project.json'), text);
    for (const command of [
      ['jobs'],
      ['train', 'scratch'],
      ['index'],
      ['import', inFolder('mixed'), '--as', 'folder'],
    ]) {
      const { code, stderr } = await relief.run([...command, '--project', newer]);
      expect(code, command.join(' ')).toBe(2);
      expect(stderr).toContain(join(newer, 'project.json'));
      expect(stderr).toContain('999');
    }
    expect(readFileSync(join(newer, 'project.json'), 'utf8')).toBe(text);
    expect(readdirSync(newer)).toEqual(['project.json']);
  });
});

function readLines<S extends z.ZodType>(path: string, schema: S): z.output<S>[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => schema.parse(JSON.parse(line)));
}
