import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a preflight writes what a run would; beside the runs, so that it meets the same disk and the same rights. */
export function trialFolder(projectFolder: string, pid: number): string {
  return join(projectFolder, 'jobs', `.preflight-${pid}`);
}

/** Removes folders of preflights whose process is gone. */
export async function removeForgottenTrials(projectFolder: string): Promise<void> {
  const jobs = join(projectFolder, 'jobs');
  if (!existsSync(jobs)) return;
  for (const name of readdirSync(jobs)) {
    const pid = /^\.preflight-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(jobs, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
