import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JobFolder } from '@workbench/jobs/job-folder';
import { afterEach, describe, expect, it } from 'vitest';

describe('a job folder', () => {
  const path = mkdtempSync(join(tmpdir(), 'relief-job-'));
  afterEach(() => {
    rmSync(path, { recursive: true, force: true });
  });

  it('loses what a killed attempt left half-written, and nothing else', async () => {
    for (const name of ['epochs', 'checkpoints']) {
      mkdirSync(join(path, name));
      writeFileSync(join(path, name, '0001.safetensors'), 'whole');
      writeFileSync(join(path, name, '0002.safetensors.4711-3.tmp'), 'torn');
    }
    writeFileSync(join(path, 'reserve.tmp'), 'held');
    await new JobFolder(path).removeLeftovers();
    expect(readdirSync(path, { recursive: true }).sort()).toEqual([
      'checkpoints',
      'checkpoints/0001.safetensors',
      'epochs',
      'epochs/0001.safetensors',
      'reserve.tmp',
    ]);
  });
});
