import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EvaluationAudit } from '@shared/domain/audit';
import { Rates } from '@shared/domain/rates';
import { z } from '@shared/zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBundles } from '../../fixtures/build';
import { openSandbox, relief, type Sandbox } from '../../fixtures/small-project';

/** The worked examples of the field notes, through the command as it is shipped. */
let sandbox: Sandbox;

beforeAll(() => {
  buildBundles();
  sandbox = openSandbox();
}, 60_000);
afterAll(() => {
  sandbox.remove();
});

const Answer = z.strictObject({
  threshold: z.strictObject({ policy: z.string(), value: z.number().nullable(), from: z.string() }),
  dev: Rates.nullable(),
  test: Rates,
});

type Scores = Record<string, readonly number[]>;

/** Writes a score file: the class `bona fide` has an empty attack type. */
function scoreFile(name: string, scores: Scores): string {
  const rows = Object.entries(scores).flatMap(([type, values]) =>
    values.map((value) => `${type === 'bona fide' ? '' : type},${value}`),
  );
  const path = join(sandbox.folder, name);
  writeFileSync(path, `attack_type,score\n${rows.join('\n')}\n`);
  return path;
}

async function evaluate(dev: string, test: string, ...options: string[]) {
  const { code, stdout, stderr } = await relief(['evaluate', '--dev', dev, '--test', test, ...options, '--json']);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return Answer.parse(JSON.parse(stdout));
}

const closeTo = (value: number) => expect.closeTo(value, 9) as number;

const first = {
  dev: {
    'bona fide': [0.95, 0.9, 0.85, 0.8, 0.4],
    print: [0.1, 0.2, 0.3, 0.35, 0.45],
    replay: [0.05, 0.15, 0.5, 0.6, 0.88],
  },
  test: {
    'bona fide': [0.92, 0.81, 0.7, 0.55, 0.3],
    print: [0.05, 0.12, 0.22, 0.33, 0.41],
    replay: [0.25, 0.48, 0.58, 0.66, 0.91],
  },
};

/** Decimal text, as in a file, and not 20 sums of a double. */
const steps = (step: number) => Array.from({ length: 20 }, (_, i) => Number(((i + 1) * step).toFixed(2)));

describe('relief evaluate on score files', () => {
  it('example 1: threshold from the dev EER, APCER by type, HTER over pooled attacks', async () => {
    const { threshold, dev, test } = await evaluate(
      scoreFile('1-dev.csv', first.dev),
      scoreFile('1-test.csv', first.test),
      '--threshold',
      'dev-eer',
    );
    expect(threshold.value).toEqual(closeTo(0.55));
    expect(dev).toMatchObject({ far: closeTo(0.2), frr: closeTo(0.2), auc: closeTo(0.88) });
    expect(test.n).toEqual({ bonaFide: 5, attacks: { print: 5, replay: 5 } });
    expect(test).toMatchObject({
      apcer: { max: closeTo(0.6), pooled: closeTo(0.3), perType: { print: 0, replay: closeTo(0.6) } },
      bpcer: closeTo(0.2),
      acer: closeTo(0.4),
      far: closeTo(0.3),
      hter: closeTo(0.25),
      auc: closeTo(0.78),
      failureToAcquire: 0,
    });
  });

  it('example 1, with the threshold from the test set: another HTER from the same scores', async () => {
    const [dev, test] = [scoreFile('1-dev.csv', first.dev), scoreFile('1-test.csv', first.test)];
    const answer = await evaluate(dev, test, '--threshold', 'test-eer');
    expect(answer.threshold.value).toEqual(closeTo(0.565));
    expect(answer.test.hter).toEqual(closeTo(0.35));
    const minHter = await evaluate(dev, test, '--threshold', 'dev-min-hter');
    expect(minHter.threshold.value).toEqual(closeTo(0.7));
  });

  it('example 2: BPCER at a fixed APCER of every attack type', async () => {
    const file = scoreFile('2.csv', { 'bona fide': steps(0.05), print: steps(0.02), replay: steps(0.03) });
    const { test } = await evaluate(file, file, '--threshold', 'fixed:0.5');
    expect(test).toMatchObject({
      apcer: { perType: { print: 0, replay: closeTo(0.2) } },
      bpcer: closeTo(0.45),
      acer: closeTo(0.325),
      hter: closeTo(0.275),
      eer: closeTo(0.3),
      auc: closeTo(0.7625),
      bpcer10: closeTo(0.55),
      bpcer20: closeTo(0.55),
      bpcer100: closeTo(0.6),
      tprAtFpr: { '0.1': closeTo(0.55), '0.05': closeTo(0.5), '0.01': closeTo(0.4) },
    });
  });

  it('example 3: a score at the threshold is accepted', async () => {
    const file = scoreFile('3.csv', { 'bona fide': [0.5, 0.5, 0.5, 0.9], attack: [0.1, 0.5, 0.5, 0.2] });
    const { test } = await evaluate(file, file, '--threshold', 'fixed:0.5');
    expect(test).toMatchObject({ apcer: { max: closeTo(0.5) }, bpcer: 0, auc: closeTo(0.8125) });
    expect((await evaluate(file, file)).threshold.value).toEqual(closeTo(0.35));
  });

  it('example 4: frames, and clips by four rules', async () => {
    const clips: [string, string, number[]][] = [
      ['L1', '', [0.9, 0.8, 0.4]],
      ['L2', '', [0.45, 0.4, 0.95]],
      ['S1', 'spoof', [0.1, 0.2, 0.7]],
      ['S2', 'spoof', [0.55, 0.3, 0.2]],
    ];
    const path = join(sandbox.folder, '4.csv');
    const rows = clips.flatMap(([id, type, scores]) => scores.map((score, frame) => `${id},${frame},${type},${score}`));
    writeFileSync(path, `video_id,frame,attack_type,score\n${rows.join('\n')}\n`);
    const hterAt = async (level: string) =>
      (await evaluate(path, path, '--threshold', 'fixed:0.5', '--level', level)).test;
    expect(await hterAt('frame')).toMatchObject({ hter: closeTo(5 / 12), auc: closeTo(5 / 6) });
    expect(await hterAt('video:mean')).toMatchObject({ hter: 0, auc: 1 });
    expect((await hterAt('video:median')).hter).toEqual(closeTo(0.25));
    expect((await hterAt('video:max')).hter).toEqual(closeTo(0.5));
    expect((await hterAt('video:min')).hter).toEqual(closeTo(0.5));
    expect((await hterAt('video:first:1')).hter).toEqual(closeTo(0.5));

    const audited = await relief(['evaluate', '--test', path, '--threshold', 'fixed:0.5', '--audit', '--json']);
    const { audit } = z.strictObject({ audit: EvaluationAudit }).parse(JSON.parse(audited.stdout));
    const hters = audit.levels.map(({ level, test }) => [level, test.hter]);
    expect(hters.slice(0, 5)).toEqual([
      ['frame', closeTo(5 / 12)],
      ['video:mean', 0],
      ['video:median', closeTo(0.25)],
      ['video:max', closeTo(0.5)],
      ['video:min', closeTo(0.5)],
    ]);
    expect(audit.policies.map(({ policy, oracle }) => [policy, oracle])).toEqual([
      ['fixed:0.5', false],
      ['test-eer', true],
      ['test-min-hter', true],
    ]);
    expect(audit.frames?.attacks).toMatchObject({ videos: 2, frames: 6, split: 2, bias: closeTo(0.3416666667) });
    // (0.9, 0.8, 0.4) and (0.45, 0.4, 0.95): both clips have frames on either side of 0.5.
    expect(audit.frames?.bonaFide).toMatchObject({ split: 2, bias: closeTo(-0.35), betweenVideos: closeTo(0.0025) });
  });

  it("audits a pair by other codes' rules", async () => {
    const [dev, test] = [scoreFile('1-dev.csv', first.dev), scoreFile('1-test.csv', first.test)];
    const { stdout } = await relief(['evaluate', '--dev', dev, '--test', test, '--audit', '--json']);
    const { audit } = z.strictObject({ audit: EvaluationAudit }).parse(JSON.parse(stdout));
    expect(audit.codebases).toMatchObject([
      { codebase: 'ssdg', threshold: closeTo(0.55), hter: closeTo(0.25) },
      { codebase: 'cdcn', threshold: closeTo(0.6), acer: closeTo(0.3) },
      { codebase: 'celeba-spoof', acer: null },
    ]);
    const hters = Object.fromEntries(audit.policies.map(({ policy, test: rates }) => [policy, rates.hter]));
    expect(hters).toMatchObject({
      'dev-eer': closeTo(0.25),
      'test-eer': closeTo(0.35),
      'test-min-hter': closeTo(0.25),
    });
    expect(audit.note).toMatch(/frame level only/);
    const text = await relief(['evaluate', '--dev', dev, '--test', test, '--audit']);
    expect(text.stdout).toMatch(/SSDG +0\.55 /);
  });

  it('takes a third of the test subjects for a dev set, when asked to, and says so', async () => {
    const path = join(sandbox.folder, 'carve.csv');
    const people = Array.from({ length: 12 }, (_, index) => `s${String(index)}`);
    const rows = people.flatMap((subject, index) => [
      `${subject},,0.${String(60 + index)}`,
      `${subject},print,0.${String(40 + index)}`,
    ]);
    writeFileSync(path, `subject,attack_type,score\n${rows.join('\n')}\n`);
    expect((await relief(['evaluate', '--test', path])).stderr).toMatch(/needs --dev FILE \(or --carve/);
    const { code, stdout } = await relief(['evaluate', '--test', path, '--carve', '--json']);
    expect(code).toBe(0);
    const { threshold, dev, test } = Answer.parse(JSON.parse(stdout));
    expect(threshold.from).toBe('4 of 12 test subjects, left out of the test');
    expect([dev?.n.bonaFide, test.n.bonaFide, test.n.attacks['print']]).toEqual([4, 8, 8]);
    expect(test.interval?.subjects).toBe(8);
  });

  it('joins attack types of one family when asked to', async () => {
    const file = scoreFile('family.csv', { 'bona fide': [0.7, 0.8], 'print/1': [0.9], 'print/2': [0.1, 0.2, 0.3] });
    const alone = await evaluate(file, file, '--threshold', 'fixed:0.5');
    expect(alone.test.apcer).toEqual({ max: 1, pooled: 0.25, perType: { 'print/1': 1, 'print/2': 0 } });
    const joined = await evaluate(file, file, '--threshold', 'fixed:0.5', '--grouping', 'family');
    expect(joined.test.apcer).toEqual({ max: 0.25, pooled: 0.25, perType: { print: 0.25 } });
  });

  it('prints what every metric is', async () => {
    expect((await relief(['evaluate', '--definitions'])).stdout).toMatch(/## HTER\n.*\(FAR \+ FRR\) \/ 2/s);
  });

  it('example 5: separable scores', async () => {
    const file = scoreFile('5.csv', { 'bona fide': [0.7, 0.8, 0.9], attack: [0.1, 0.2, 0.3] });
    for (const policy of ['dev-eer', 'dev-min-hter']) {
      const { threshold, test } = await evaluate(file, file, '--threshold', policy);
      expect(threshold.value).toEqual(closeTo(0.5));
      expect(test).toMatchObject({ hter: 0, acer: 0, auc: 1 });
    }
  });

  it('gives null, never NaN, for what does not exist', async () => {
    const file = scoreFile('6.csv', { 'bona fide': [0.7, 0.8] });
    const { threshold, test } = await evaluate(file, file);
    expect(threshold.value).toBeNull();
    expect(test).toMatchObject({ hter: null, acer: null, apcer: { max: null }, auc: null });
  });

  it('names the file and the line of what it cannot read, and ends with 2', async () => {
    const good = scoreFile('7.csv', first.dev);
    const bad = join(sandbox.folder, 'bad.csv');
    for (const [text, message] of [
      ['attack_type,score\n,0.5\n,half\n', /bad\.csv.*3/],
      ['attack_type\nprint\n', /bad\.csv.*score/],
      ['', /bad\.csv.*empty/],
    ] as const) {
      writeFileSync(bad, text);
      const { code, stderr } = await relief(['evaluate', '--dev', good, '--test', bad]);
      expect(stderr).toMatch(message);
      expect(code).toBe(2);
    }
    for (const args of [
      ['--dev', good, '--test', join(sandbox.folder, 'none.csv')],
      ['--dev', good, '--test', good, '--threshold', 'best'],
      ['--dev', good, '--test', good, '--threshold', 'source-dev-eer'],
      ['--dev', good, '--test', good, '--level', 'video:mean'],
      ['--dev', good, '--test', good, '--level', 'clip'],
      ['--dev', good],
      [],
    ]) {
      const { code, stderr } = await relief(['evaluate', ...args]);
      expect(stderr.trim().split('\n'), args.join(' ')).toHaveLength(1);
      expect(code).toBe(2);
    }
  });
});
