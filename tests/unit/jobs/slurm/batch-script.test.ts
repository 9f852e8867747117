import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { SlurmSettings } from '@shared/domain/slurm';
import { batchScript, outputPattern, shellQuote } from '@workbench/jobs/executors/slurm/batch-script';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "relief's batch $HOME-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function scriptWith(settings: Partial<SlurmSettings>, jobs: readonly string[] = ['0001-a', '0002-b']): string {
  return batchScript({
    name: 'relief-tiny',
    settings: SlurmSettings.parse(settings),
    cores: 2,
    projectFolder: join(folder, 'my project'),
    jobs,
    node: { path: join(folder, 'a node'), options: ['--enable-source-maps'] },
    entry: join(folder, "it's", 'job.cjs'),
  });
}

/** Runs a script as a node does, with a program in Node's place that says what it was called with. */
function runTask(script: string, task: string | undefined): { status: number | null; stderr: string; log: string } {
  const program = join(folder, 'a node');
  writeFileSync(program, '#!/bin/bash\nprintf "%s\\n" "$RELIEF_EXECUTOR" "$RELIEF_CORES" "$@"\n');
  chmodSync(program, 0o755);
  mkdirSync(join(folder, 'my project', 'jobs', '0002-b'), { recursive: true });
  const log = join(folder, 'my project', 'jobs', '0002-b', 'log.txt');
  writeFileSync(log, '');
  const file = join(folder, 'batch.sh');
  writeFileSync(file, script);
  const { status, stderr } = spawnSync('bash', [file], {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      SLURM_CPUS_PER_TASK: '2',
      ...(task === undefined ? {} : { SLURM_ARRAY_TASK_ID: task }),
    },
  });
  return { status, stderr, log: readFileSync(log, 'utf8') };
}

describe('the script of an array', () => {
  it('asks for what the settings say and for nothing else', () => {
    const options = (settings: Partial<SlurmSettings>) =>
      scriptWith(settings)
        .split('\n')
        .flatMap((line) => (line.startsWith('#SBATCH ') ? [line.slice('#SBATCH '.length)] : []));
    expect(options({})).toEqual([
      '--job-name=relief-tiny',
      '--array=0-1',
      '--nodes=1',
      '--ntasks=1',
      '--cpus-per-task=2',
      '--signal=B:USR2@120',
      '--requeue',
      '--open-mode=append',
    ]);
    const all = options({
      ...{ partition: 'gpu,long', account: 'lab', time: '1-12:00:00', gpus: 2, memory: '8G', atOnce: 1 },
      ...{ requeue: false, signalSeconds: 300, lines: '#SBATCH --qos=long\n\n  --constraint=avx512&v100' },
    });
    expect(all).toEqual([
      '--job-name=relief-tiny',
      '--array=0-1%1',
      '--partition=gpu,long',
      '--account=lab',
      '--time=1-12:00:00',
      '--nodes=1',
      '--ntasks=1',
      '--cpus-per-task=2',
      '--gres=gpu:2',
      '--mem=8G',
      '--signal=B:USR2@300',
      '--no-requeue',
      '--open-mode=append',
      '--qos=long',
      '--constraint=avx512&v100',
    ]);
  });

  it('becomes the process of its own task’s run, with blanks, quotes and dollars in every path, and writes to its log', () => {
    const { status, stderr, log } = runTask(scriptWith({ setup: 'export LANG=C' }), '1');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(log.trim().split('\n')).toEqual([
      'slurm',
      '2',
      '--enable-source-maps',
      join(folder, "it's", 'job.cjs'),
      join(folder, 'my project'),
      '0002-b',
    ]);
  });

  it('says on a node without the project what must be shared, and starts nothing', () => {
    const { status, stderr } = runTask(scriptWith({}), '0');
    expect(status).toBe(2);
    expect(stderr).toContain('0001-a: the project must lie on a disk that the nodes share.');
  });

  it.each(['7', undefined])('starts nothing for task %s', (task) => {
    const { status, stderr, log } = runTask(scriptWith({}), task);
    expect({ status, log }).toEqual({ status: 2, log: '' });
    expect(stderr).toContain('There is no run for task');
  });

  it('quotes any text into one word of the shell', () => {
    const texts = fc
      .sample(fc.string({ unit: 'grapheme', maxLength: 30 }), { numRuns: 60, seed: 4 })
      .filter((text) => !text.includes('\0'));
    const printed = execFileSync('bash', ['-c', `printf '%s\\0' ${texts.map(shellQuote).join(' ')}`], {
      encoding: 'utf8',
    });
    expect(printed.split('\0').slice(0, -1)).toEqual(texts);
  });

  it('keeps Slurm from reading a folder’s name as a pattern', () => {
    expect(outputPattern('/data/100%job')).toBe('/data/100%%job/%a.out');
  });
});
