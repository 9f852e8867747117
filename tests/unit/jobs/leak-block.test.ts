import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MediaItem } from '@shared/domain/media-item';
import { ReportData } from '@shared/domain/report';
import { markItems } from '@workbench/datasets/marks';
import { readItems } from '@workbench/datasets/store';
import { readExperimentText } from '@workbench/experiments/yaml-text';
import { createJobs } from '@workbench/jobs/create';
import { jobFolder } from '@workbench/jobs/job-folder';
import { planInProject } from '@workbench/jobs/launch';
import { openIndex } from '@workbench/project/index-db';
import type { Project } from '@workbench/project/project';
import { buildBundles } from '../../fixtures/build';
import {
  copyProject,
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
const text = tinyExperiment({ stage1: 1, stage2: 1 });
const waivedText = text.replace(
  'data: { sources: [O] }',
  'data: { sources: [O], leakWaiver: the source has no other people }',
);

/** Makes one test subject the same person as one who trains. */
async function plantSharedSubject(): Promise<{ train: string; test: MediaItem[] }> {
  const items = await readItems(project, 'O');
  const train = items.find(({ set }) => set === 'train')?.subject ?? '';
  const first = items.find(({ set }) => set === 'test')?.subject;
  const changed = items.map((item) =>
    item.set === 'test' && item.subject === first ? { ...item, subject: train } : item,
  );
  writeFileSync(
    join(project.datasetFolder('O'), 'items.jsonl'),
    changed.map((item) => `${JSON.stringify(MediaItem.parse(item))}\n`).join(''),
  );
  return { train, test: changed.filter(({ set, subject }) => set === 'test' && subject === train) };
}

async function plan(of: string) {
  const index = await openIndex(project);
  try {
    return await planInProject(project, of, { seeds: [1], folds: 'as-given' }, index);
  } finally {
    index.close();
  }
}

/** Queues the run without asking the plan, as an older queue or another hand might. */
async function queueUnasked(of: string): Promise<string> {
  const read = readExperimentText(of);
  if (!read.ok) throw new Error('no experiment');
  const { config } = read.experiment;
  const [id = ''] = await createJobs(project, [
    {
      ...{ kind: 'train', slug: 'unasked', name: 'unasked', group: null, parent: null, experiment: 'tiny' },
      ...{ preset: 'pretrain-gan', seed: 1, sources: ['O'], targets: ['O'], config },
    },
  ]);
  return id;
}

const readdirNames = (folder: string, ending: string) => readdirSync(folder).filter((name) => name.endsWith(ending));

beforeAll(async () => {
  buildBundles();
  sandbox = openSandbox();
  await makeTinyProject(join(sandbox.folder, 'clean'));
  project = await copyProject(join(sandbox.folder, 'clean'), join(sandbox.folder, 'leaky'));
}, 120_000);
afterAll(async () => {
  await project.close();
  sandbox.remove();
});

describe('a run that would leak', () => {
  it('is none on clean data: nothing holds it', async () => {
    const { problems, folds } = await plan(text);
    expect(problems).toEqual([]);
    expect(folds[0]?.leaks).toBeUndefined();
  });

  it('is refused in the plan, at the launch and by the command, naming whom the sets share', async () => {
    const { train } = await plantSharedSubject();
    const { problems, folds } = await plan(text);
    const words = `1 subject of O train is in O test, too: ${train}.`;
    expect(problems.map(({ path }) => path)).toEqual(['data.leakWaiver']);
    expect(problems[0]?.message).toContain(words);
    expect(folds[0]?.leaks).toEqual([words]);
    await expect(launchTiny(project, text)).rejects.toThrow(`data.leakWaiver: ${words}`);
    const file = join(sandbox.folder, 'tiny.yaml');
    writeFileSync(file, text);
    const { code, stderr } = await relief(['train', file, '--project', project.folder]);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });

  it('is refused when the job starts, whoever queued it', async () => {
    const id = await queueUnasked(text);
    const { state, message } = await runToEnd(project, id);
    expect(state).toBe('failed');
    expect(message).toMatch(/^data\.leakWaiver: 1 subject of O train is in O test, too: .* say here/);
  });

  it('runs once it is waived with a reason, which stands in its settings, its record and under the tables', async () => {
    const { problems, folds } = await plan(waivedText);
    expect(problems).toEqual([]);
    expect(folds[0]?.leaks).toHaveLength(1);
    const id = await launchTiny(project, waivedText);
    const { state, result } = await runToEnd(project, id);
    expect(state).toBe('done');
    const reason = 'the source has no other people';
    const told = '1 subject of O train is in O test, too.';
    expect(result?.kind === 'train' && result.waived).toEqual({ reason, leaks: [told] });
    const folder = jobFolder(project, id);
    expect((await folder.config())?.data.leakWaiver).toBe(reason);
    const warnings = (await folder.events()).flatMap((event) => (event.type === 'finding' ? [event.message] : []));
    expect(warnings).toEqual([expect.stringContaining(`Leak waived (${reason}): 1 subject of O train`)]);

    const out = join(sandbox.folder, 'report');
    const { code, stderr } = await relief([
      ...['report', id, '--format', 'latex,markdown,csv,json,html,xlsx', '-o', out],
      ...['--project', project.folder, '--json'],
    ]);
    expect([code, stderr.includes('Error')]).toEqual([0, false]);
    const [json = ''] = readdirNames(out, '.json');
    const data = ReportData.parse(JSON.parse(readFileSync(join(out, json), 'utf8')));
    const note = `Leak waived in run ${id}: ${told} Reason given: ${reason}.`;
    expect(data.warnings).toContain(note);
    expect(data.printed?.every(({ remarks }) => remarks?.includes(note))).toBe(true);
    for (const ending of ['.tex', '.md', '.html'])
      for (const name of readdirNames(out, ending))
        expect(readFileSync(join(out, name), 'utf8').replaceAll('\\', '')).toContain(`Reason given: ${reason}.`);
    const tables = readdirNames(out, '.csv').map((name) => readFileSync(join(out, name), 'utf8'));
    expect(tables.some((csv) => csv.startsWith('table,') && csv.includes(reason))).toBe(true);
  });

  it('is held no more when the samples are excluded', async () => {
    const items = await readItems(project, 'O');
    const train = items.find(({ set }) => set === 'train')?.subject;
    const left = items.filter(({ set, subject }) => set === 'test' && subject === train).map(({ id }) => id);
    await markItems(project, new Map([['O', left]]), { action: 'exclude', reason: 'trains, too' });
    expect((await plan(text)).folds[0]?.leaks).toBeUndefined();
  });
});
