import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErasurePlan } from '@shared/domain/erasure';
import { Job, TrainResult } from '@shared/domain/job';
import { ReportData } from '@shared/domain/report';
import { z } from '@shared/zod';
import { ensureFingerprints } from '@workbench/datasets/doctor/run-leaks';
import { importDataset } from '@workbench/datasets/import-dataset';
import { markItems } from '@workbench/datasets/marks';
import { eraseFromPrepared, preparedFolders } from '@workbench/datasets/privacy/erase-prepared';
import { saveProtocol } from '@workbench/datasets/protocols/store';
import { readDataset, readItems, removeDataset } from '@workbench/datasets/store';
import { importForeign } from '@workbench/evaluation/foreign/store';
import { createJobs } from '@workbench/jobs/create';
import { eraseSubject, planErasure } from '@workbench/jobs/erasure/erase-subject';
import { createProject, openProject, type Project } from '@workbench/project/project';
import { openIndex, type ProjectIndex } from '@workbench/project/index-db';
import { createService, type Service } from '@workbench/service';
import { buildBundles } from '../../fixtures/build';
import { errorOf } from '../../fixtures/errors';
import { type PatternItem, patternItems, writePatternDataset } from '../../fixtures/pattern-dataset';
import { launchTiny, openSandbox, relief, runToEnd, type Sandbox, tinyExperiment } from '../../fixtures/small-project';

const subject = 'p01';
let sandbox: Sandbox;
let project: Project;
let index: ProjectIndex;
let root: string;
let made: PatternItem[];
let run: string;
let thumbnails: number;
let originals: string;

const isGone = ({ item }: PatternItem) => item.subject === subject;

/** Every file below a folder with its size, time and bytes. */
function statesBelow(folder: string): string {
  return filesBelow(folder)
    .map((path) => {
      const bytes = createHash('sha256').update(readFileSync(path)).digest('hex');
      return `${relative(folder, path)} ${statSync(path).mtimeMs} ${bytes}`;
    })
    .join('\n');
}
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Files of the project and of the machine that hold something of the subject. */
function traces(): string[] {
  const home = process.env['RELIEF_HOME'] ?? '';
  const needles = made
    .filter(isGone)
    .flatMap(({ item, crop }) => [
      Buffer.from(item.path),
      Buffer.from(item.id),
      ...(crop ? [Buffer.from(crop.data.subarray(9000, 9300))] : []),
    ]);
  needles.push(Buffer.from(`"${subject}"`), Buffer.from(`,${subject},`));
  return [...filesBelow(project.folder), ...filesBelow(home)]
    .filter((path) => {
      const bytes = readFileSync(path);
      return needles.some((needle) => bytes.includes(needle));
    })
    .map((path) => relative(sandbox.folder, path).replaceAll('\\', '/'));
}

async function withService<T>(work: (service: Service['implementation']) => Promise<T>): Promise<T> {
  const service = createService({ role: 'command' });
  const { signal } = new AbortController();
  try {
    await service.implementation['project.open']({ path: project.folder }, signal);
    return await work(service.implementation);
  } finally {
    await service.end();
  }
}

beforeAll(async () => {
  buildBundles();
  sandbox = openSandbox();
  project = await createProject(join(sandbox.folder, 'project'), 'people');
  root = join(sandbox.folder, 'originals');
  made = await patternItems({ id: 'P', people: { train: 4, dev: 3, test: 3 } });
  await writePatternDataset(project, root, 'P', made);
  writeFileSync(
    join(root, 'list.csv'),
    [
      'path,subject,attack_type,set',
      ...made.map(({ item }) => [item.path, item.subject, item.attackType ?? '', item.set].join()),
    ].join('\n'),
  );
  originals = statesBelow(root);
  await ensureFingerprints(project, ['P'], { threads: 1 });
  const items = await readItems(project, 'P');
  const own = items.filter((item) => item.subject === subject).map(({ id }) => id);
  await markItems(project, new Map([['P', own.slice(0, 1)]]), { action: 'tag', tag: 'odd' });
  await saveProtocol(project, {
    ...{ formatVersion: 1, name: 'listed', title: '', notes: '', datasets: ['P'], carve: null },
    sets: {
      train: { any: [], paths: items.map(({ path }) => path) },
      dev: { any: [] },
      test: { any: [], where: 'set=test' },
    },
  });
  index = await openIndex(project);
  run = await launchTiny(project, tinyExperiment({ stage1: 1, stage2: 1 }).replace('sources: [O]', 'sources: [P]'));
  const ended = await runToEnd(project, run);
  if (ended.state !== 'done') throw new Error(ended.message ?? ended.state);
  writeFileSync(
    join(project.jobFolder(run), 'log.txt'),
    `looked at ${items.find((item) => item.subject === subject)?.path ?? ''}\n`,
    { flag: 'a' },
  );
}, 120_000);
afterAll(async () => {
  index.close();
  await project.close();
  sandbox.remove();
});

describe('erasing a subject', () => {
  it('leaves everybody else as if the subject had never been there, and nothing of the subject', async () => {
    await importForeign(
      project,
      {
        name: 'other.csv',
        bytes: Buffer.from(
          [
            'file,score',
            ...made
              .filter(({ item }) => item.set === 'test')
              .map(({ item }, n) => `${item.path},${n / 20 + (item.attackType === null ? 1 : 0)}`),
          ].join('\n'),
        ),
      },
      {
        name: 'other',
        dataset: 'P',
        set: 'test',
        format: 'csv',
        join: 'file',
        polarity: 'higher-is-bona-fide',
        columns: { score: 'score', file: 'file' },
      },
    );
    const only = made.flatMap((_, line) => (line % 5 === 4 ? [{ dataset: 'P', index: line }] : []));
    const view = { name: 'some', order: 'listed', group: 'none', filter: { datasets: [], facets: {}, text: '', only } };
    writeFileSync(join(project.folder, 'views.json'), JSON.stringify({ formatVersion: 1, views: [view] }));
    await withService(async (service) => {
      const { signal } = new AbortController();
      for (const [line, { item }] of made.entries())
        if (item.subject === subject)
          await service['media.read']({ kind: 'thumb', dataset: 'P', index: line, size: 96 }, signal);
      await service['samples.query'](
        { filter: { datasets: [], facets: {}, text: '' }, order: 'listed', offset: 0, limit: 5 },
        signal,
      );
    });
    thumbnails = filesBelow(join(process.env['RELIEF_HOME'] ?? '', 'cache', 'thumbnails')).length;
    await index.items('P');
    expect(traces()).toEqual(
      expect.arrayContaining(['project/datasets/P/items.jsonl', 'project/protocols/listed.yaml']),
    );

    const untouched = statesBelow(project.folder);
    const plan: ErasurePlan = await planErasure(project, index, 'P', subject);
    expect(statesBelow(project.folder)).toBe(untouched);
    const counts = Object.fromEntries(plan.parts.map(({ what, count }) => [what, count]));
    expect(counts).toMatchObject({ items: 4, samples: 4, fingerprints: 4, marks: 1, lists: 4, logs: 1, thumbnails });
    expect(plan.stays.join(' ')).toContain(`the weights of ${run} are not changed`);

    const record = await eraseSubject(project, index, 'P', subject);
    expect(record).toMatchObject({ dataset: 'P', items: 4, samples: 4 });
    expect(traces()).toEqual([]);
    expect(statesBelow(root)).toBe(originals);

    const other = await createProject(join(sandbox.folder, 'other'), 'other');
    await writePatternDataset(
      other,
      root,
      'P',
      made.filter((one) => !isGone(one)),
    );
    const [anew, fresh] = [project, other].map((one) => preparedFolders(one, 'P').whole[0] ?? '');
    for (const name of readdirSync(fresh ?? ''))
      expect(readFileSync(join(anew ?? '', name)).equals(readFileSync(join(fresh ?? '', name))), name).toBe(true);
    expect(await readItems(project, 'P')).toEqual(await readItems(other, 'P'));
    await other.close();

    const { counts: left, subjects } = await readDataset(project, 'P');
    expect([left.train, subjects]).toEqual([{ bonaFide: 6, attack: 6 }, 9]);
    const Views = z.looseObject({
      views: z.array(z.looseObject({ filter: z.looseObject({ only: z.array(z.looseObject({ index: z.int() })) }) })),
    });
    const views = Views.parse(JSON.parse(readFileSync(join(project.folder, 'views.json'), 'utf8')));
    const before = made.flatMap(({ item }, line) => (line % 5 === 4 && item.subject !== subject ? [item.path] : []));
    const after = await readItems(project, 'P');
    expect(views.views[0]?.filter.only.map((sample) => after[sample.index]?.path)).toEqual(before);
  });

  it('takes the scores of a tested subject out of runs and imported systems, which then say so', async () => {
    const tested = made.find(({ item }) => item.set === 'test')?.item.subject ?? '';
    const record = await eraseSubject(project, index, 'P', tested);
    // Last and best of the run, and the imported file: four pictures each.
    expect(record.scores).toBe(12);
    const result = TrainResult.parse(JSON.parse(readFileSync(join(project.jobFolder(run), 'result.json'), 'utf8')));
    for (const entry of result.scores) {
      const bytes = readFileSync(join(project.jobFolder(run), entry.path));
      expect(entry.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
      expect(bytes.includes(tested)).toBe(false);
      expect(entry.erased).toBe(entry.set === 'test' ? 4 : undefined);
      expect(entry.rows).toBe(entry.set === 'test' ? 8 : 12);
    }
    const out = join(sandbox.folder, 'report');
    const asked = ['report', run, '--foreign', 'other', '--floors', 'none', '--format', 'json', '-o', out];
    const { code, stderr } = await relief([...asked, '--project', project.folder, '--json']);
    expect([code, stderr]).toEqual([0, stderr]);
    const [json = ''] = readdirSync(out);
    const { warnings } = ReportData.parse(JSON.parse(readFileSync(join(out, json), 'utf8')));
    const words = '4 scores of erased people are left out; numbers that were reported before may differ.';
    expect(warnings).toEqual(expect.arrayContaining([`${run}, P test: ${words}`, `other, P test: ${words}`]));
  });

  it('may be done again after it was killed half-way', async () => {
    const [folder = ''] = preparedFolders(project, 'P').whole;
    const before = await readItems(project, 'P');
    const last = before.at(-1)?.subject ?? '';
    const gone = new Set(before.filter((item) => item.subject === last).map(({ id }) => id));
    const after = before.filter(({ id }) => !gone.has(id));
    await eraseFromPrepared(folder, gone, before, after);
    mkdirSync(`${folder}.erasing`);
    writeFileSync(join(`${folder}.erasing`, 'crops-000.u8'), 'half');
    const once = statesBelow(folder).replace(/ \d+(\.\d+)? /g, ' ');
    await eraseSubject(project, index, 'P', last);
    expect(statesBelow(folder).replace(/ \d+(\.\d+)? /g, ' ')).toBe(once);
    expect(preparedFolders(project, 'P')).toEqual({ whole: [folder], unfinished: [] });
    expect((await readItems(project, 'P')).map(({ id }) => id)).toEqual(after.map(({ id }) => id));
  });

  it('is refused for nobody, for drawn people, and while a job may read the dataset', async () => {
    expect(await errorOf(planErasure(project, index, 'P', 'nobody'))).toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/^Dataset P has no subject "nobody"; it has p00, p02/) as string,
    });
    const [id = ''] = await createJobs(project, [
      { kind: 'check', slug: 'check', name: 'check', group: null, parent: null, datasets: ['P'] },
    ]);
    expect(Job.parse(JSON.parse(readFileSync(join(project.jobFolder(id), 'job.json'), 'utf8'))).kind).toBe('check');
    expect(await errorOf(eraseSubject(project, index, 'P', 'p00'))).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(id) as string,
    });
    await runToEnd(project, id);
  });

  it('is asked for by the command, which only says what would go until it is told', async () => {
    await project.close();
    const command = ['erase', 'P', '--subject', 'p00', '--project', project.folder];
    const asked = await relief(command);
    expect(asked.stdout).toContain('4 items of the list: datasets/P/items.jsonl');
    expect(asked.stdout).toContain('Nothing has been erased.');
    project = await openProject(project.folder, { role: 'command' });
    expect((await readItems(project, 'P')).filter((item) => item.subject === 'p00')).toHaveLength(4);
    await project.close();
    expect((await relief([...command, '--yes'])).code).toBe(0);
    project = await openProject(project.folder, { role: 'command' });
    expect((await readItems(project, 'P')).filter((item) => item.subject === 'p00')).toEqual([]);
  });

  it('holds for the next import of the dataset', async () => {
    await removeDataset(project, 'P');
    const again = await importDataset(project, { path: join(root, 'list.csv'), importer: 'csv', name: 'P' });
    const people = new Set((await readItems(project, 'P')).map((item) => item.subject));
    expect([people.has(subject), people.has('p00'), people.has('p02')]).toEqual([false, false, true]);
    expect(again.findings.map(({ kind }) => kind)).toContain('erased');
  });
});
