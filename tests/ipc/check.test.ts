import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JudgedCheck } from '@shared/domain/check';
import type { MediaItem } from '@shared/domain/media-item';
import { z } from '@shared/zod';
import { datasetRoot, readDataset, readItems } from '@workbench/datasets/store';
import { openProject } from '@workbench/project/project';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedProject, serveTinyProject } from '../fixtures/served-project';
import { relief, runToEnd } from '../fixtures/small-project';

let served: ServedProject;
let folder: string;
let client: ServedProject['client'];
let copied: MediaItem[];

beforeAll(async () => {
  served = await serveTinyProject({ before: copyIntoTest, open: false });
  ({ folder, client } = served);
}, 120_000);
afterAll(() => served.close());

/** Makes one test picture of a drawn domain a copy of one that trains. */
async function copyIntoTest(path: string): Promise<void> {
  const project = await openProject(path, { role: 'command' });
  const items = await readItems(project, 'O');
  const root = datasetRoot(project, await readDataset(project, 'O'));
  const [from, to] = (['train', 'test'] as const).map((set) =>
    items.find((item) => item.set === set && item.attackType === null),
  );
  if (!from || !to) throw new Error('no such items');
  copied = [from, to];
  copyFileSync(join(root, from.path), join(root, to.path));
  await project.close();
}

const Answer = z.looseObject({ datasets: z.array(JudgedCheck), errors: z.int(), warnings: z.int() });
async function check(...args: string[]) {
  const { code, stdout } = await relief(['check', ...args, '--project', folder, '--json']);
  return { code, ...Answer.parse(JSON.parse(stdout)) };
}

describe('relief check', () => {
  it('ends with 1 when there is an error, and says which', async () => {
    const { code, datasets, errors } = await check();
    expect([code, errors]).toEqual([1, 1]);
    expect(datasets[0]?.findings.map(({ kind }) => kind)).toEqual(['leak-copy']);
    expect(datasets[0]?.findings[0]?.evidence.map(({ item }) => item)).toEqual(copied.map(({ id }) => id));
    expect(datasets[0]).toMatchObject({ stale: false, files: 32, card: { items: 32, subjects: 4 } });
  });

  it('shows the last check again, for a person, without another', async () => {
    const { code, stdout } = await relief(['check', 'O', '--last', '--project', folder]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^O: 32 items, 4 subjects/);
    expect(stdout).toMatch(/error [0-9a-f]{12} O: 1 file of O test is byte for byte in O train, too: /);
    expect(stdout).toMatch(/Exclude the copies from one of the sets\. A run .* is refused until that is waived/);
    expect(stdout).toMatch(/1 error, 0 warnings, 0 notes\.\n$/);
  });

  it('ends with 0 once the finding is acknowledged, with 2 for a dataset or finding that is not there', async () => {
    const [first] = (await check('--last')).datasets;
    const id = first?.findings[0]?.id ?? '';
    const said = await relief(['check', '--acknowledge', id, '--reason', 'seen', '--project', folder]);
    expect([said.code, said.stdout]).toEqual([0, `O: ${id} may stand: seen\n`]);
    expect((await check('--last')).code).toBe(0);
    expect((await relief(['check', '--acknowledge', id, '--project', folder])).code).toBe(2);
    expect((await relief(['check', '--acknowledge', 'nothing', '--reason', 'x', '--project', folder])).code).toBe(2);
    expect((await relief(['check', 'nowhere', '--project', folder])).stderr).toMatch(/There is no dataset "nowhere"/);
    expect((await relief(['check', '--take-back', id, '--project', folder])).code).toBe(0);
    expect((await check('--last')).code).toBe(1);
  });
});

describe('checks in the window', () => {
  it('run as a job, tell what the command tells, and lead to the samples', async () => {
    await client['project.open']({ path: folder });
    const { job } = await client['check.start']({ datasets: [] });
    const project = await openProject(folder, { role: 'window', readOnly: true });
    const { state, result } = await runToEnd(project, job);
    expect([state, result]).toMatchObject(['done', { kind: 'check', datasets: [{ dataset: 'O', errors: 1 }] }]);
    const [shown] = await client['check.list']({});
    const [finding] = shown?.findings ?? [];
    expect(finding?.kind).toBe('leak-copy');
    const { samples } = await client['check.evidence']({ dataset: 'O', finding: finding?.id ?? '' });
    const found = await client['samples.query']({
      filter: { datasets: [], facets: {}, text: '', only: samples },
      ...{ order: 'listed', offset: 0, limit: 10 },
    });
    expect(found.tiles.map(({ set }) => set).sort()).toEqual(['test', 'train']);
    await client['check.acknowledge']({ finding: finding?.id ?? '', reason: 'seen in the window' });
    expect((await client['check.list']({}))[0]?.findings[0]?.acknowledged?.reason).toBe('seen in the window');
    await expect(client['check.evidence']({ dataset: 'O', finding: 'nothing' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('are stale when samples are excluded or the list has changed since, not when one is tagged', async () => {
    const [{ stale } = { stale: true }] = await client['check.list']({});
    expect(stale).toBe(false);
    const samples = [{ dataset: 'O', index: 0 }];
    await client['samples.mark']({ samples, change: { action: 'tag', tag: 'seen' } });
    expect((await client['check.list']({}))[0]?.stale).toBe(false);
    await client['samples.mark']({ samples, change: { action: 'exclude', reason: 'a copy' } });
    expect((await client['check.list']({}))[0]?.stale).toBe(true);
    await client['samples.step']({ direction: 'undo' });
    expect((await client['check.list']({}))[0]?.stale).toBe(false);
    const file = join(folder, 'datasets', 'O', 'items.jsonl');
    const project = await openProject(folder, { role: 'window', readOnly: true });
    const items = await readItems(project, 'O');
    writeFileSync(
      file,
      items
        .slice(1)
        .map((item) => `${JSON.stringify(item)}\n`)
        .join(''),
    );
    expect((await client['check.list']({}))[0]?.stale).toBe(true);
  });
});
