import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../build/aliases.mjs';

/**
 * A training in a process of its own, on a copy of a project, while something else is measured.
 * @param {string} project holds the experiment and its prepared dataset
 * @param {string} copy where it trains
 * @param {string} experiment
 * @param {string[]} settings `--set` assignments: more epochs than the measurement needs
 */
export async function trainBeside(project, copy, experiment, settings) {
  rmSync(copy, { recursive: true, force: true });
  cpSync(project, copy, { recursive: true, filter: (path) => !/lease\.json$|[\\/]jobs[\\/]\d/.test(path) });
  const relief = join(root, 'build', 'relief.mjs');
  const env = { ...process.env, RELIEF_HOME: join(copy, 'home') };
  const child = spawn(
    process.execPath,
    [relief, ...['train', experiment, ...settings.flatMap((each) => ['--set', each]), '--project', copy]],
    { stdio: 'ignore', detached: true, env },
  );
  const done = () => {
    const jobs = join(copy, 'jobs');
    const [job] = existsSync(jobs) ? readdirSync(jobs).filter((name) => /^\d/.test(name)) : [];
    const beat = job === undefined ? '' : join(jobs, job, 'beat.json');
    return beat !== '' && existsSync(beat) ? (JSON.parse(readFileSync(beat, 'utf8')).progress?.done ?? 0) : 0;
  };
  for (let waited = 0; done() < 50; waited++) {
    if (child.exitCode !== null || waited > 600) throw new Error('the training beside the measurement did not start');
    await sleep(100);
  }
  return {
    /** Steps a second while something is done. @param {() => Promise<unknown>} work */
    async rateWhile(work) {
      const [from, started] = [done(), performance.now()];
      await work();
      return (1000 * (done() - from)) / (performance.now() - started);
    },
    stop() {
      // A job outlives the command that started it: it is killed by its own, then the command and what it brought along.
      const [job] = readdirSync(join(copy, 'jobs')).filter((name) => /^\d/.test(name));
      if (job !== undefined)
        spawnSync(process.execPath, [relief, 'kill', job, '--project', copy], { stdio: 'ignore', env });
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
      rmSync(copy, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
