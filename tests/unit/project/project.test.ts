import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { acquireLease, currentWriter } from '@workbench/project/lease';
import { checkFormat, migrate } from '@workbench/project/migrations';
import { fateOf, ownIdentity, processStart } from '@workbench/project/process-identity';
import { createProject, findProjectFolder, openProject } from '@workbench/project/project';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relief-project-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

function writeLease(content: Record<string, unknown>): void {
  writeFileSync(
    join(folder, 'lease.json'),
    JSON.stringify({ host: hostname(), processStart: null, role: 'window', at: new Date().toISOString(), ...content }),
  );
}

/** A pid that was a process and is none any more. */
function endedPid(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

describe('a project', () => {
  it('is made once, opened again, and found from folders below', async () => {
    const made = await createProject(folder, 'Faces');
    expect(made.writable).toBe(true);
    await made.close();
    expect(existsSync(join(folder, 'lease.json'))).toBe(false);
    const opened = await openProject(folder, { role: 'window' });
    expect(opened.file.name).toBe('Faces');
    expect(findProjectFolder(opened.datasetFolder('O'))).toBe(folder);
    await opened.close();
    expect(await codeOf(createProject(folder, 'Again'))).toBe('conflict');
  });

  it('of a newer format is refused, naming file and versions', async () => {
    await (await createProject(folder, 'Faces')).close();
    const path = join(folder, 'project.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"formatVersion": 1', '"formatVersion": 2'));
    await expect(openProject(folder, { role: 'window' })).rejects.toThrow(/project\.json.*version 2.*version 1/);
    expect(await codeOf(openProject(folder, { role: 'window' }))).toBe('unsupported');
    expect(existsSync(join(folder, 'lease.json'))).toBe(false);
  });

  it('of an older format is migrated step by step, or refused without a way', async () => {
    const path = join(folder, 'project.json');
    writeFileSync(path, '{"formatVersion":0}');
    expect(await codeOf(checkFormat(path))).toBe('unsupported');
    const steps = [
      {
        from: 0,
        describe: 'writes the first format',
        migrate: (at: string) => writeFile(join(at, 'project.json'), '{"formatVersion":1}'),
      },
    ];
    expect(await checkFormat(path, steps)).toBe(1);
    await migrate(folder, 0, steps);
    expect(await checkFormat(path, steps)).toBe(0);
  });

  it('never makes a folder outside itself of a name', async () => {
    const project = await createProject(folder, 'Faces');
    expect(() => project.datasetFolder('../other')).toThrow(AppError);
    expect(() => project.experimentFile('a/b')).toThrow(AppError);
    await project.close();
  });
});

describe('the lease', () => {
  it('lets the second opener read only, and says who writes', async () => {
    const first = await createProject(folder, 'Faces', 'window');
    const second = await openProject(folder, { role: 'command' });
    expect(second.writable).toBe(false);
    expect(second.writer).toMatchObject({ pid: process.pid, role: 'window' });
    expect(() => {
      second.assertWritable();
    }).toThrow(/a window .* is writing/);
    await first.close();
    const third = await openProject(folder, { role: 'command' });
    expect(third.writable).toBe(true);
    await third.close();
  });

  it('of a process that has ended is taken over', async () => {
    writeLease({ pid: endedPid() });
    const outcome = await acquireLease(folder, 'command');
    expect(outcome.held).toBe(true);
    if (outcome.held) await outcome.lease.release();
  });

  it('of a living pid that now belongs to another process is taken over', async () => {
    writeLease({ pid: process.pid, processStart: 'long-ago:1' });
    const outcome = await acquireLease(folder, 'command');
    expect(outcome.held).toBe(process.platform === 'linux');
    if (outcome.held) await outcome.lease.release();
  });

  it('of another host holds while it is renewed, and lapses when it is not', async () => {
    writeLease({ host: 'elsewhere', pid: 1 });
    expect((await acquireLease(folder, 'command')).held).toBe(false);
    writeLease({ host: 'elsewhere', pid: 1, at: new Date(Date.now() - 10 * 60_000).toISOString() });
    const outcome = await acquireLease(folder, 'command');
    expect(outcome.held).toBe(true);
    if (outcome.held) await outcome.lease.release();
  });

  it('goes to one of many that ask at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => acquireLease(folder, 'command')));
    const held = outcomes.filter((outcome) => outcome.held);
    expect(held).toHaveLength(1);
    for (const outcome of held) await outcome.lease.release();
    expect(await currentWriter(folder)).toBeUndefined();
  });
});

describe('the fate of a process', () => {
  it('is alive, gone, or unknown from another host', () => {
    expect(fateOf(ownIdentity())).toBe('alive');
    expect(fateOf({ host: hostname(), pid: endedPid(), processStart: null })).toBe('gone');
    expect(fateOf({ host: 'elsewhere', pid: 1, processStart: null })).toBe('elsewhere');
  });

  it('is gone for one that has ended and is not collected yet', async () => {
    // The shell starts a child, replaces itself with a sleep that never collects it, and the child ends.
    const shell = spawn('sh', ['-c', 'sh -c "echo \\$\\$; exit 0" & exec sleep 20'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const pid = await new Promise<number>((resolve) => {
      shell.stdout.once('data', (chunk: Buffer) => {
        resolve(Number(chunk.toString().trim()));
      });
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(fateOf({ host: hostname(), pid, processStart: null })).toBe('gone');
    shell.kill('SIGKILL');
  });

  it('knows when a process was started, where the system tells', () => {
    if (process.platform !== 'linux') return;
    expect(processStart(process.pid)).toMatch(/^[0-9a-f]{8}:\d+$/);
    expect(processStart(process.pid)).toBe(processStart(process.pid));
  });
});
