import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Provenance } from '@shared/domain/job';
import { applicationRoot } from '@workbench/project/paths';

const run = promisify(execFile);
const mostNamed = 50;
/** A larger change is told by its files alone. */
const largestDiff = 5_000_000;

/** The commit that Relief runs from and what was changed since; undefined where it is no checkout, or git is not there. */
export async function codeState(folder = applicationRoot): Promise<Provenance['code']> {
  if (!existsSync(join(folder, '.git'))) return undefined;
  const git = async (...args: string[]) => {
    const { stdout } = await run('git', ['-C', folder, ...args], { timeout: 5000, maxBuffer: largestDiff });
    return stdout;
  };
  try {
    const commit = (await git('rev-parse', 'HEAD')).trim();
    const changed = (await git('status', '--porcelain', '--untracked-files=no'))
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [line.slice(3)]));
    const hash = changed.length === 0 ? null : await git('diff', 'HEAD').then(sha256, () => 'too large');
    return { commit, changed: changed.slice(0, mostNamed), diffHash: hash };
  } catch {
    return undefined; // No git here: the version still tells what ran.
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
