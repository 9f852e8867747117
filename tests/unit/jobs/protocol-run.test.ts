import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MediaItem } from '@shared/domain/media-item';
import type { Protocol } from '@shared/domain/protocol';
import { ruleByQuery } from '@shared/domain/protocol-query';
import { ReportData } from '@shared/domain/report';
import { z } from '@shared/zod';
import { saveProtocol } from '@workbench/datasets/protocols/store';
import { openPrepared } from '@workbench/datasets/store';
import { retryJob } from '@workbench/jobs/control';
import { planInProject } from '@workbench/jobs/launch';
import { openIndex } from '@workbench/project/index-db';
import { openProject, type Project } from '@workbench/project/project';
import { buildBundles } from '../../fixtures/build';
import {
  launchTiny,
  makeTinyProject,
  openSandbox,
  relief,
  runToEnd,
  type Sandbox,
  tinyExperiment,
} from '../../fixtures/small-project';

let sandbox: Sandbox;
let project: Project;
let items: MediaItem[];

const under = (protocol: string) =>
  tinyExperiment({ stage1: 1, stage2: 1 }).replace(
    'data: { sources: [O] }',
    `data: { sources: [O], targets: [O], protocol: ${protocol} }`,
  );
const protocol = (name: string, train: string, dev: string, test: string): Protocol => ({
  formatVersion: 1,
  name,
  title: '',
  notes: '',
  datasets: ['O'],
  carve: null,
  sets: { train: ruleByQuery(train), dev: ruleByQuery(dev), test: ruleByQuery(test) },
});

async function plan(text: string, grid?: { path: string; values: unknown[] }[]) {
  const index = await openIndex(project);
  try {
    return await planInProject(project, text, { seeds: [1], folds: 'as-given', ...(grid ? { grid } : {}) }, index);
  } finally {
    index.close();
  }
}

beforeAll(async () => {
  buildBundles();
  sandbox = openSandbox();
  const folder = join(sandbox.folder, 'project');
  await makeTinyProject(folder);
  project = await openProject(folder, { role: 'command' });
  const data = await openPrepared(project, 'O');
  items = [...new Map(data.samples.map(({ item }) => [item.id, item])).values()];
  data.close();
  // Test people train, and the other way round; one attack type is never tested.
  await saveProtocol(project, protocol('turned', 'set=test', 'set=dev', 'set=train and not pai=replay'));
  await saveProtocol(project, protocol('leaky', 'set=train', 'set=dev', 'set=train or set=test'));
}, 120_000);
afterAll(async () => {
  await project.close();
  sandbox.remove();
});

describe('a run under a protocol', () => {
  it('is planned with the counts of its rules', async () => {
    const { folds, problems } = await plan(under('turned'));
    expect(problems).toEqual([]);
    const of = (fits: (item: MediaItem) => boolean) => items.filter(fits).length;
    expect(folds[0]?.counts['O']).toEqual({
      train: of(({ set }) => set === 'test'),
      dev: of(({ set }) => set === 'dev'),
      test: of(({ set, attackType }) => set === 'train' && attackType?.startsWith('replay') !== true),
    });
  });

  it('is held by a protocol that is not there, one that lacks a class, and each one of a grid', async () => {
    expect((await plan(under('nowhere'))).problems[0]).toMatchObject({
      path: 'data.protocol',
      message: expect.stringMatching(/no protocol "nowhere"; there are leaky, turned/) as string,
      fixes: [{ path: 'data.protocol', value: '' }],
    });
    await saveProtocol(project, protocol('one-class', 'class=live and set=train', 'set=dev', 'set=test'));
    const { problems, runs } = await plan(under('turned'), [
      { path: 'data.protocol', values: ['turned', 'one-class'] },
    ]);
    expect(runs).toBe(2);
    expect(problems.map(({ message }) => message)).toEqual([
      'The train set of O under protocol one-class needs both bona fide and attack samples to be a source.',
    ]);
  });

  it('trains and scores what the rules say, keeps them as they stood, and says so under its tables', async () => {
    const id = await launchTiny(project, under('turned'));
    await saveProtocol(project, protocol('turned', 'set=dev', 'set=dev', 'set=dev'));
    expect((await runToEnd(project, id)).state).toBe('done');
    const csv = readFileSync(join(project.jobFolder(id), 'scores', 'last', 'O.test.csv'), 'utf8');
    const Rows = z.array(z.looseObject({ filename: z.string() }));
    const scored = Rows.parse(parse(csv, { columns: true })).map(({ filename }) => filename);
    const wanted = items.filter(({ set, attackType }) => set === 'train' && attackType?.startsWith('replay') !== true);
    expect(scored.sort()).toEqual(wanted.map(({ path }) => path).sort());

    const out = join(sandbox.folder, 'report');
    const { code, stderr } = await relief([
      ...['report', id, '--format', 'json', '--floors', 'lbp', '-o', out],
      ...['--project', project.folder, '--json'],
    ]);
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('rror')]);
    const [json = ''] = readdirSync(out).filter((name) => name.endsWith('.json'));
    const data = ReportData.parse(JSON.parse(readFileSync(join(out, json), 'utf8')));
    expect(data.warnings).toContain('Train, dev and test sets by protocol turned.');
    const tested = data.evaluations.map(({ system, test }) => [
      system,
      test.n.bonaFide + Object.values(test.n.attacks).reduce((sum, n) => sum + n, 0),
    ]);
    expect(tested).toEqual(tested.map(([system]) => [system, wanted.length]));

    const again = await retryJob(project, id);
    expect(readFileSync(join(project.jobFolder(again), 'protocol.json'), 'utf8')).toBe(
      readFileSync(join(project.jobFolder(id), 'protocol.json'), 'utf8'),
    );
  });

  it('is refused for the people that its rules put on both sides', async () => {
    // Train first: what both rules take stays there, so that nobody is on both sides.
    expect((await plan(under('leaky'))).problems).toEqual([]);
    await saveProtocol(project, protocol('split', 'set=train and not pai=replay', 'set=dev', 'set=test or pai=replay'));
    await expect(launchTiny(project, under('split'))).rejects.toThrow(/data\.leakWaiver: .*O train .* O test, too/);
  });
});
