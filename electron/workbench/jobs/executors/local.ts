import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { hostname } from 'node:os';
import { AppError } from '@shared/contract/errors';
import { fileError } from '@workbench/project/file-errors';
import { distFile } from '@workbench/project/paths';
import { type ProcessIdentity, processStart } from '@workbench/project/process-identity';
import type { JobFolder } from '../job-folder';
import { plainEnvironment } from './environment';
import { findNode } from './node-runtime';

/**
 * Starts a job's process: plain Node, in a process group of its own, so that it outlives whoever started it. What it
 * prints goes to the job's log.
 * @throws AppError when there is no Node for it, or it cannot be started
 */
export async function startLocal(projectFolder: string, jobId: string, folder: JobFolder): Promise<ProcessIdentity> {
  const node = findNode();
  const script = distFile('job.cjs');
  const log = openLog(folder.logFile);
  try {
    const child = spawn(node.path, [...node.options, script, projectFolder, jobId], {
      cwd: projectFolder,
      detached: true,
      stdio: ['ignore', log, log],
      env: plainEnvironment(),
      windowsHide: true,
    });
    const pid = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('spawn', () => {
        if (child.pid === undefined) reject(new Error('a process without a pid'));
        else resolve(child.pid);
      });
    });
    child.unref();
    return { host: hostname(), pid, processStart: processStart(pid) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw error instanceof AppError ? error : new AppError('internal', `Cannot start ${node.path}: ${reason}`);
  } finally {
    closeSync(log);
  }
}

/** Ends a job's process and everything it started, at once. */
export function killLocal(pid: number): void {
  const target = process.platform === 'win32' ? pid : -pid;
  try {
    process.kill(target, 'SIGKILL');
  } catch {
    tryKill(pid); // Not the head of a group (started by hand), or gone already.
  }
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return; // Gone: that is what was wanted.
  }
}

function openLog(path: string): number {
  try {
    return openSync(path, 'a');
  } catch (error) {
    throw fileError(error, 'write', path);
  }
}
