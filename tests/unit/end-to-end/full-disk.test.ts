import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { demoPhotograph } from './pictures';
import { fillDisk } from '../../fixtures/fill-disk';
import { eventsOf } from './processes';
import { ControlledJob, ListedJobs, Relief, StartedJobs, tinySettings, until } from '../../fixtures/relief';

const relief = new Relief();
/** A file system of its own for the project, so that it can be filled without harm. */
const disk = relief.project;
const mounted = process.platform === 'linux' && process.getuid?.() === 0 && mount();

function mount(): boolean {
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', disk], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const filler = join(disk, 'filler');

beforeAll(async () => {
  if (mounted) await relief.createTinyProject(['O']);
}, 120_000);

beforeEach(({ skip }) => {
  if (!mounted) skip('needs root, to mount a small file system');
  rmSync(filler, { force: true });
});

afterAll(() => {
  if (mounted) execFileSync('umount', [disk]);
  relief.dispose();
});

describe('a disk that is full', () => {
  it('lets an import fail with 1 and one message, and keeps what is stored', async () => {
    const photographs = join(relief.folder, 'photographs');
    for (const [folder, number] of [
      ['live', 1],
      ['spoof', 2],
    ] as const) {
      mkdirSync(join(photographs, folder), { recursive: true });
      writeFileSync(join(photographs, folder, 'a.jpg'), demoPhotograph(number));
    }
    const stored = readFileSync(join(disk, 'datasets', 'O', 'items.jsonl'), 'utf8');
    fillDisk(filler);
    const { code, stderr } = await relief.run(['import', photographs, '--as', 'folder', '--project', disk]);
    expect(code, stderr).toBe(1);
    expect(stderr).toMatch(/no space|full/i);
    expect(stderr).not.toContain('internal error');
    expect(readdirSync(join(disk, 'datasets'))).toEqual(['O']);
    expect(readFileSync(join(disk, 'datasets', 'O', 'items.jsonl'), 'utf8')).toBe(stored);

    rmSync(filler);
    const again = await relief.run(['import', photographs, '--as', 'folder', '--project', disk]);
    expect(again.code, again.stderr).toBe(0);
  });

  it('fails a training with its reason; with space again it goes on from its checkpoint', async () => {
    const settings = tinySettings({
      'data.sources': 'O',
      'data.targets': 'O',
      'stage1.epochs': 15,
      'stage2.epochs': 15,
    });
    const { jobs } = await relief.json(StartedJobs, ['train', 'pretrain-gan', ...settings, '--detach']);
    const id = jobs[0] ?? '';
    const folder = join(disk, 'jobs', id);
    await until('a checkpoint', 60, () =>
      eventsOf(folder).filter(({ type }) => type === 'checkpoint').length >= 3 ? true : undefined,
    );
    fillDisk(filler);
    const states = async () => (await relief.json(ListedJobs, ['jobs'])).jobs.find((job) => job.id === id)?.state;
    await until('the failure', 60, async () => ((await states()) === 'failed' ? true : undefined));
    const failure = eventsOf(folder).find((event) => event.type === 'state' && event.state === 'failed');
    expect(failure).toMatchObject({ message: expect.stringMatching(/no space|full/i) as unknown });
    expect(failure).toMatchObject({ message: expect.stringContaining(folder) as unknown });

    rmSync(filler);
    expect(await relief.json(ControlledJob, ['resume', id])).toEqual({ id, state: 'done' });
    const attempts = eventsOf(folder).filter((event) => event.type === 'attempt');
    expect(attempts).toHaveLength(2);
    expect(attempts[1]?.fromStep).toBeGreaterThan(0);
  }, 180_000);

  it('that may only be read lets commands look, and refuses to write with 1', async () => {
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    try {
      const { jobs } = await relief.json(ListedJobs, ['jobs']);
      expect(jobs.length).toBeGreaterThan(0);
      const { code, stderr } = await relief.run([
        'train',
        'scratch',
        '--set',
        'data.targets=O',
        '--project',
        disk,
        '--detach',
      ]);
      expect(code, stderr).toBe(1);
      expect(stderr).toContain(disk);
      expect(stderr).not.toContain('internal error');
    } finally {
      execFileSync('mount', ['-o', 'remount,rw', disk]);
    }
  });
});
