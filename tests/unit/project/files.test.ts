import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { z } from '@shared/zod';
import { appendLine, readJson, readLines, writeFileAtomic, writeJson } from '@workbench/project/files';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const Entry = z.strictObject({ n: z.number() });
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relief-files-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function failure(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw new Error(`expected an AppError, got ${String(error)}`);
  return error;
}

describe('JSON files', () => {
  it('come back as they were written, and leave no temporary file', async () => {
    const path = join(folder, 'deep', 'a.json');
    await writeJson(path, { n: 4 });
    expect(await readJson(path, Entry)).toEqual({ n: 4 });
    expect(readdirSync(join(folder, 'deep'))).toEqual(['a.json']);
  });

  it('name the file and the field that is wrong', async () => {
    const path = join(folder, 'a.json');
    writeFileSync(path, '{"n":"four"}');
    const error = await failure(readJson(path, Entry));
    expect(error.code).toBe('invalid');
    expect(error.message).toContain(path);
    expect(error.message).toContain('field n');
  });

  it('that are no JSON, or not there, say so', async () => {
    writeFileSync(join(folder, 'a.json'), '{"n":');
    expect((await failure(readJson(join(folder, 'a.json'), Entry))).message).toContain('not valid JSON');
    expect((await failure(readJson(join(folder, 'b.json'), Entry))).code).toBe('not-found');
  });

  it('of a newer format are refused with both versions', async () => {
    const path = join(folder, 'a.json');
    writeFileSync(path, '{"formatVersion":7,"n":1}');
    const error = await failure(readJson(path, Entry, 'dataset'));
    expect(error.code).toBe('unsupported');
    expect(error.message).toMatch(/version 7.*version 1/);
  });

  it('keep the old bytes when the new ones cannot be written', async () => {
    const path = join(folder, 'a.json');
    await writeJson(path, { n: 1 });
    // A folder where the temporary file's place should be a file's: the rename must fail.
    rmSync(path);
    mkdirSync(path);
    writeFileSync(join(path, 'inside'), '');
    await expect(writeJson(path, { n: 2 })).rejects.toBeDefined();
    expect(readdirSync(folder)).toEqual(['a.json']);
  });
});

describe('appended lines', () => {
  it('survive a torn tail: it is left out, and the next line is whole', async () => {
    const path = join(folder, 'a.jsonl');
    await appendLine(path, { n: 1 });
    appendFileSync(path, '{"n":2');
    expect(await readLines(path, Entry)).toEqual([{ n: 1 }]);
    await appendLine(path, { n: 3 });
    expect(await readLines(path, Entry, { torn: 'any' })).toEqual([{ n: 1 }, { n: 3 }]);
  });

  it('that are broken in the middle of a list are an error with its line', async () => {
    const path = join(folder, 'a.jsonl');
    writeFileSync(path, '{"n":1}\n{"n":\n{"n":3}\n');
    const error = await failure(readLines(path, Entry));
    expect(error.message).toContain(`${path}:2`);
  });

  it('of the wrong shape are an error with line and field', async () => {
    const path = join(folder, 'a.jsonl');
    writeFileSync(path, '{"n":1}\n{"n":"x"}\n');
    expect((await failure(readLines(path, Entry))).message).toContain(`${path}:2, field n`);
  });

  it('of a file that is not there are none', async () => {
    expect(await readLines(join(folder, 'none.jsonl'), Entry)).toEqual([]);
  });
});

const isRoot = process.getuid?.() === 0;

describe('disks that refuse', () => {
  let mount: string | undefined;

  beforeEach(() => {
    mount = isRoot ? tryMount(join(folder, 'small')) : undefined;
  });
  afterEach(() => {
    if (mount !== undefined) execFileSync('umount', [mount]);
  });

  it('a full one is told as such, and what was there is kept', async ({ skip }) => {
    if (mount === undefined) return skip('needs root, to mount a small file system');
    const path = join(mount, 'a.bin');
    await writeFileAtomic(path, new Uint8Array(10_000).fill(1));
    const error = await failure(writeFileAtomic(path, new Uint8Array(2_000_000)));
    expect(error.code).toBe('no-space');
    expect(error.message).toContain(path);
    expect(readFileSync(path)).toHaveLength(10_000);
    expect(readdirSync(mount)).toEqual(['a.bin']);
  });

  it.runIf(process.platform === 'linux')(
    'a place where the system makes no folder is told, not tried for ever',
    async () => {
      const error = await failure(writeJson('/proc/relief/deep/a.json', { n: 1 }));
      expect(error.code).toBe('permission');
      expect(error.message).toContain('/proc/relief');
    },
  );

  it('a read-only one is told as lacking permission', async ({ skip }) => {
    if (mount === undefined) return skip('needs root, to mount a small file system');
    execFileSync('mount', ['-o', 'remount,ro', mount]);
    const error = await failure(writeJson(join(mount, 'a.json'), {}));
    expect(error.code).toBe('permission');
  });
});

function tryMount(path: string): string | undefined {
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', path], { stdio: 'ignore' });
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined; // A container may forbid mounts to root as well.
  }
}
