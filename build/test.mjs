// `npm test`: all of its own set-up, then types, lint, the vitest projects and the window's tests. Its last line says
// how many tests passed and failed, summed over vitest and Playwright.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './aliases.mjs';
import { run } from './npm.mjs';
import { runScript } from './script.mjs';
import { setup } from './setup.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

const results = join(root, 'test-results');

await runScript(async () => {
  await stage('set-up', async () => {
    await setup({ window: true, tests: true });
    return 0;
  });
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });

  const checks = [
    await stage('types', () => tool('vue-tsc/bin/vue-tsc.js', ['--build'])),
    await stage('lint', () => tool('eslint/bin/eslint.js', ['.'])),
    await stage('format', () => tool('prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.'])),
  ];
  const suites = [await runVitest(), await runPlaywright()];

  const passed = sum(suites.map((suite) => suite.passed));
  const skipped = sum(suites.map((suite) => suite.skipped));
  const failed = sum(suites.map((suite) => suite.failed)) + checks.filter((code) => code !== 0).length;
  if (skipped > 0) process.stdout.write(`${String(skipped)} skipped\n`);
  process.stdout.write(`${String(passed)} passed, ${String(failed)} failed\n`);
  return failed === 0 && passed > 0 ? 0 : 1;
});

/**
 * @param {string} name
 * @param {() => Promise<number>} work returns an exit code
 */
async function stage(name, work) {
  process.stdout.write(`\n== ${name}\n`);
  const started = Date.now();
  const code = await work();
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  process.stdout.write(`== ${name}: ${code === 0 ? 'ok' : 'FAILED'} (${seconds} s)\n`);
  return code;
}

/**
 * Runs an installed package's program with this Node, no shell between.
 * @param {string} program path below node_modules
 * @param {readonly string[]} args
 * @param {Record<string, string>} [env]
 */
async function tool(program, args, env = {}) {
  const { code } = await run(process.execPath, [join(root, 'node_modules', program), ...args], {
    env: { ...process.env, ...env },
  });
  return code;
}

async function runVitest() {
  const report = join(results, 'vitest.json');
  const code = await stage('unit, ipc and component tests', () =>
    // The build in this process leaves NODE_ENV=production behind, under which modules resolve as for a browser.
    tool('vitest/vitest.mjs', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], {
      NODE_ENV: 'test',
    }),
  );
  const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped } = read(report);
  return counted(code, { passed, failed, skipped });
}

async function runPlaywright() {
  const report = join(results, 'playwright.json');
  const code = await stage('window tests', () =>
    tool('@playwright/test/cli.js', ['test', '--config', 'tests/e2e/playwright.config.ts', '--reporter=list,json'], {
      PLAYWRIGHT_JSON_OUTPUT_NAME: report,
    }),
  );
  const stats = read(report).stats ?? {};
  return counted(code, { passed: stats.expected, failed: stats.unexpected, skipped: stats.skipped });
}

/**
 * Counts as reported; a run that failed without a failing test (a file that does not load, say) counts as one.
 * @param {number} code
 * @param {{ passed?: number, failed?: number, skipped?: number }} counts
 * @returns {Counts}
 */
function counted(code, { passed = 0, failed = 0, skipped = 0 }) {
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed, skipped };
}

/** @param {string} report */
function read(report) {
  return existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
}

/** @param {readonly number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
