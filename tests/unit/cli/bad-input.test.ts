import { ExperimentConfig } from '@shared/domain/experiment';
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from '@shared/zod';
import { applicationRoot } from '@workbench/project/paths';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBundles } from '../../fixtures/build';
import { openSandbox, relief, type Sandbox, startRelief } from '../../fixtures/small-project';

let sandbox: Sandbox;
let project: string;
const photo = join(applicationRoot, 'node_modules', '@vladmandic', 'face-api', 'demo', 'sample1.jpg');

beforeAll(async () => {
  buildBundles();
  sandbox = openSandbox();
  project = join(sandbox.folder, 'project');
  expect((await relief(['init', project])).code).toBe(0);
}, 60_000);
afterAll(() => {
  sandbox.remove();
});

const at = (...parts: string[]) => join(sandbox.folder, ...parts);

/** Runs a command that must refuse: exit code 2 and one message that names what is wrong. */
async function refused(args: readonly string[], expected: RegExp): Promise<void> {
  const { code, stderr, stdout } = await relief([...args, '--project', project]);
  expect(stderr, stdout).toMatch(expected);
  expect(code).toBe(2);
  expect(stderr).not.toMatch(/at .*\(.*:\d+:\d+\)/);
}

describe('an import', () => {
  it('of a folder with neither class, or of nothing, is refused', async () => {
    mkdirSync(at('neither', 'holiday'), { recursive: true });
    copyFileSync(photo, at('neither', 'holiday', 'a.jpg'));
    await refused(['import', at('neither'), '--as', 'folder'], /neither/);
    await refused(['import', at('nothing'), '--as', 'folder'], /nothing: no such/);
    await refused(['import', at('neither'), '--as', 'oulu'], /unknown importer/);
    await refused(['import', at('neither')], /--as/);
  });

  it('of a list names the line of a bad polarity, the missing column, and a path outside its root', async () => {
    for (const [text, message] of [
      ['path,is_bonafide\na.jpg,maybe\n', /list\.csv:2.*maybe/],
      ['path,label\na.jpg,1\n', /list\.csv:1.*attack_type/],
      ['file,is_bonafide\na.jpg,1\n', /list\.csv.*path/],
      ['path,is_bonafide\n../outside.jpg,1\n', /list\.csv:2.*outside/],
    ] as const) {
      writeFileSync(at('list.csv'), text);
      await refused(['import', at('list.csv'), '--as', 'csv'], message);
    }
  });

  it('lists broken images with their reasons and takes the rest', async () => {
    for (const part of ['live', 'spoof/print']) mkdirSync(at('mixed', part), { recursive: true });
    copyFileSync(photo, at('mixed', 'live', 'good.jpg'));
    copyFileSync(photo, at('mixed', 'spoof/print', 'good.jpg'));
    writeFileSync(at('mixed', 'live', 'empty.jpg'), '');
    writeFileSync(at('mixed', 'live', 'words.png'), 'not a picture');
    writeFileSync(at('mixed', 'live', 'half.jpg'), readFileSync(photo).subarray(0, 20_000));
    const { code, stdout } = await relief(['import', at('mixed'), '--as', 'folder', '--json', '--project', project]);
    expect(code).toBe(0);
    const answer = z
      .looseObject({
        dataset: z.string(),
        items: z.number(),
        findings: z.array(z.looseObject({ kind: z.string(), path: z.string().nullable(), message: z.string() })),
      })
      .parse(JSON.parse(stdout));
    expect(answer).toMatchObject({ dataset: 'mixed', items: 2 });
    for (const name of ['empty.jpg', 'words.png', 'half.jpg'])
      expect(
        answer.findings.some(({ path }) => path?.endsWith(name)),
        name,
      ).toBe(true);
  });
});

describe('an experiment file', () => {
  it.each([
    ['name: a\nstage1:\n  epoch: 3\n', /x\.yaml:3: stage1\.epoch/],
    ['name: a\nstage1:\n  l1Weight: .nan\n', /x\.yaml:3: stage1\.l1Weight/],
    ['name: a\nstage1:\n  l1Weight: 1e999\n', /x\.yaml:3: stage1\.l1Weight/],
    ['name: a\n\tstage1: 3\n', /x\.yaml:2: /],
  ])('that is wrong is refused by check and by train, with line and field', async (text, message) => {
    writeFileSync(at('x.yaml'), text);
    await refused(['config', 'check', at('x.yaml')], message);
    await refused(['train', at('x.yaml')], message);
  });

  it('that is right is told so, with what it changes', async () => {
    writeFileSync(at('x.yaml'), 'name: mine\nstage1: { epochs: 3 }\n');
    const { code, stdout } = await relief(['config', 'check', at('x.yaml'), '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      name: 'mine',
      changes: [{ path: 'stage1.epochs', from: ExperimentConfig.parse({}).stage1.epochs, to: 3 }],
    });
  });

  it('is refused with --set values that are none, unknown names and missing datasets', async () => {
    await refused(['train', 'scratch', '--set', 'stage2.epochs'], /--set stage2\.epochs/);
    await refused(['train', 'scratch', '--set', 'stage2.epochs=0'], /stage2\.epochs/);
    await refused(['train', 'scratch', '--set', 'stage2.epoch=3'], /stage2\.epoch: unknown/);
    await refused(['train', 'scratch', '--set', 'stage2.learningRate=1e999'], /stage2\.learningRate/);
    await refused(['train', 'scratch', '--seeds', 'many'], /--seeds many/);
    await refused(['train', 'scratch', '--leave-one-out', '--single-source'], /Choose one/);
    await refused(['train', 'magic'], /no experiment and no preset/);
    await refused(['train', 'scratch'], /data\.sources.*"O"/);
  });
});

describe('a project', () => {
  it('of a newer format, or of none, is refused and left as it is', async () => {
    const newer = at('newer');
    cpSync(project, newer, { recursive: true });
    const file = join(newer, 'project.json');
    const text = readFileSync(file, 'utf8').replace('"formatVersion": 1', '"formatVersion": 3');
    writeFileSync(file, text);
    for (const command of [['jobs'], ['index'], ['train', 'scratch']]) {
      const { code, stderr } = await relief([...command, '--project', newer]);
      expect(stderr).toMatch(/project\.json.*version 3.*version 1/);
      expect(code).toBe(2);
    }
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect((await relief(['jobs', '--project', at('nowhere')])).code).toBe(2);
    expect((await relief(['jobs'], { cwd: at() })).stderr).toMatch(/no project here or above/);
    expect((await relief(['init', project])).code).toBe(1); // It is there already: a conflict.
  });

  it('that cannot be written ends with 1 and names the folder', async ({ skip }) => {
    const asOther = process.getuid?.() === 0 ? 65534 : undefined;
    if (process.getuid === undefined) return skip('needs a system with users');
    const locked = at('locked');
    mkdirSync(locked);
    chmodSync(locked, 0o555);
    chmodSync(at(), 0o755);
    const { code, stderr } = await relief(['init', join(locked, 'p')], asOther === undefined ? {} : { uid: asOther });
    expect(stderr).toMatch(/locked.*permission denied/);
    expect(code).toBe(1);
    expect(existsSync(join(locked, 'p'))).toBe(false);
  });
});

describe('the command line', () => {
  it('knows nothing of unknown commands and options', async () => {
    for (const args of [['jubs'], ['jobs', '--all'], ['evaluate', '--level'], ['probe']])
      expect((await relief(args)).code, args.join(' ')).toBe(2);
    expect((await relief(['--help'])).code).toBe(0);
    expect((await relief(['--version'])).stdout.trim()).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('refuses to act on jobs that are not there', async () => {
    for (const action of ['stop', 'kill', 'resume', 'retry']) await refused([action, '12'], /no job "12"/);
    await refused(['evaluate', '12'], /no job "12"/);
    await refused(['report', 'nothing'], /no report "nothing"/);
    await refused(['prepare', 'nothing'], /no dataset "nothing"/);
  });

  it('probes a photograph, and ends with 2 for what is none', async () => {
    const { code, stdout } = await relief(['probe', photo, '--json']);
    expect(code).toBe(0);
    const answer = z
      .looseObject({ width: z.number(), height: z.number(), meanRgb: z.array(z.number()), faces: z.array(z.unknown()) })
      .parse(JSON.parse(stdout));
    expect(answer).toMatchObject({ width: 1920 });
    expect(answer.meanRgb).toHaveLength(3);
    expect(answer.faces.length).toBeGreaterThan(0);
    await refused(['probe', join(applicationRoot, 'package.json')], /package\.json/);
    await refused(['probe', at('none.jpg')], /none\.jpg/);
  });

  it('keeps quiet when the reader of its output goes away', async () => {
    const run = startRelief(['config', 'check', '--list']);
    expect((await run.ended).code).toBe(0);
  });
});
