import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeState } from '@workbench/jobs/code-state';
import { crc32c, encodeEventFile } from '@workbench/jobs/export/event-file';
import { describe, expect, it } from 'vitest';
import { readEventFile } from '../../fixtures/event-file';

describe('an event file', () => {
  it('has the checksums of the standard (RFC 3720, B.4)', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  });

  it('is, byte by byte, what the format says', () => {
    const bytes = encodeEventFile([{ tag: 'a', step: 300, wallTime: 1.5, value: 0.5 }]);
    const second = Buffer.from(bytes).subarray(8 + 4 + 24 + 4);
    expect(second.subarray(0, 8).toString('hex')).toBe('1800000000000000');
    expect(second.subarray(12, 36).toString('hex')).toBe('09000000000000f83f10ac022a0a0a080a0161150000003f');
  });

  it('gives back what was put in, large steps and negative values too', () => {
    const points = [0, 127, 128, 2_000_000, 3_000_000_000].map((step, i) => ({
      ...{ tag: i % 2 === 0 ? 'depth-l1' : 'classifier-loss', step, wallTime: 1.7e9 + i / 8 },
      value: i === 2 ? -0.25 : 2 ** -i,
    }));
    expect(readEventFile(Buffer.from(encodeEventFile(points)))).toEqual({ version: 'brain.Event:2', points });
  });
});

describe('the code a run ran from', () => {
  it('is a commit, with the files that were changed since and what the change was', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'relief-code-'));
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { encoding: 'utf8' });
    try {
      expect(await codeState(folder)).toBeUndefined();
      git('init', '-q');
      writeFileSync(join(folder, 'a.txt'), 'one\n');
      git('add', '.');
      git('commit', '-qm', 'one');
      const commit = git('rev-parse', 'HEAD').trim();
      expect(await codeState(folder)).toEqual({ commit, changed: [], diffHash: null });
      writeFileSync(join(folder, 'a.txt'), 'two\n');
      const changed = await codeState(folder);
      expect(changed).toMatchObject({ commit, changed: ['a.txt'] });
      expect(changed?.diffHash).toMatch(/^[0-9a-f]{64}$/);
      // Too large a change to hash, and still told.
      writeFileSync(join(folder, 'a.txt'), 'x'.repeat(6_000_000));
      expect(await codeState(folder)).toMatchObject({ changed: ['a.txt'], diffHash: 'too large' });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
