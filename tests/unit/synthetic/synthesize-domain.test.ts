import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, truncate, unlink, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applicationRoot } from '@workbench/project/paths';
import { decodeImage } from '@workbench/images/decode';
import { readLines } from '@workbench/project/files';
import { SynthesisRecord } from '@workbench/synthetic/record';
import { synthesizeDomain, type SynthesisRun } from '@workbench/synthetic/synthesize-domain';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relief-synthesis-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const small = { domain: 'R', subjects: 4, bonaFideImages: 8, strength: 4, seed: 3 } as const;
const run = (more: Partial<SynthesisRun> = {}): SynthesisRun => ({
  ...small,
  outputFolder: folder,
  threads: 0,
  ...more,
});

/** Content hash of every file below a folder, by relative path. */
async function hashes(root: string): Promise<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    result[path.slice(root.length + 1)] = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  }
  return result;
}

describe('synthesizeDomain', () => {
  it('writes every picture, a record for each, and the true depth of the bona fide ones', async () => {
    const progress: number[] = [];
    const result = await synthesizeDomain(run({ onProgress: ({ done, total }) => progress.push(done / total) }));
    expect(result.records).toHaveLength(16);
    expect(progress).toHaveLength(16);
    expect(progress.at(-1)).toBe(1);
    const lines = await readLines(join(folder, 'records.jsonl'), SynthesisRecord);
    expect(lines).toEqual(result.records);
    const bonaFide = lines.filter((record) => record.attackType === null);
    expect(bonaFide.map((record) => record.trueDepth)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const depth = await readFile(join(folder, 'true-depth.u8'));
    expect(depth).toHaveLength(8 * 32 * 32);
    for (let row = 0; row < 8; row++)
      expect(Math.max(...depth.subarray(row * 1024, (row + 1) * 1024))).toBeGreaterThan(200);
    for (const record of lines) {
      const image = await decodeImage(join(folder, record.path));
      const [left, top, width, height] = record.box;
      expect(left + width).toBeLessThanOrEqual(image.width + 0.01);
      expect(top + height).toBeLessThanOrEqual(image.height + 0.01);
    }
  });

  it('goes on after a crash: keeps what is whole, redraws what is cut short or missing, to the same bytes', async () => {
    const first = await synthesizeDomain(run());
    const before = await hashes(folder);
    const [kept, cut, lost] = [0, 4, 8].map((index) => first.records[index]?.path ?? '');
    if (!kept || !cut || !lost) throw new Error('sixteen records expected');
    const untouched = (await stat(join(folder, kept))).mtimeMs;
    await truncate(join(folder, cut), 100);
    await unlink(join(folder, lost));
    await unlink(join(folder, 'records.jsonl'));
    await synthesizeDomain(run());
    expect(await hashes(folder)).toEqual(before);
    expect((await stat(join(folder, kept))).mtimeMs).toBe(untouched);
  });

  it('stops on the signal and resumes to the bytes of an uninterrupted run', async () => {
    const abort = new AbortController();
    const stopped = synthesizeDomain(
      run({
        signal: abort.signal,
        onProgress: ({ done }) => {
          if (done === 6) abort.abort();
        },
      }),
    );
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(existsSync(join(folder, 'records.jsonl'))).toBe(false);
    await synthesizeDomain(run());
    const resumed = await hashes(folder);
    await rm(folder, { recursive: true });
    await synthesizeDomain(run());
    expect(await hashes(folder)).toEqual(resumed);
  });

  it('draws anew when the options are others', async () => {
    const first = await synthesizeDomain(run());
    const path = join(folder, first.records[0]?.path ?? '');
    const before = await readFile(path);
    await synthesizeDomain(run({ seed: 4 }));
    expect((await readFile(path)).equals(before)).toBe(false);
  });

  it.runIf(existsSync(join(applicationRoot, 'dist', 'synthesis-worker.cjs')))(
    'gives the same bytes with worker threads',
    async () => {
      await synthesizeDomain(run());
      const alone = await hashes(folder);
      await rm(folder, { recursive: true });
      await synthesizeDomain(run({ threads: 2 }));
      expect(await hashes(folder)).toEqual(alone);
    },
  );
});
