#!/usr/bin/env node
// The `relief` command of a checkout: hands everything on to dist/cli.cjs, after set-up and build where they are missing.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { root } from './aliases.mjs';

const command = join(root, 'dist', 'cli.cjs');
if (!existsSync(command)) {
  const { setup } = await import('./setup.mjs');
  const { runScript } = await import('./script.mjs');
  await runScript(async () => {
    // Standard output belongs to the command: with --json it is one document.
    await setup({ window: false, log: (line) => process.stderr.write(`[setup] ${line}\n`) });
    return 0;
  });
}

if (existsSync(command)) runCommand();

function runCommand() {
  const child = spawn(process.execPath, ['--enable-source-maps', command, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  // A terminal sends Ctrl-C to the child as well; it decides how to stop, and this process waits for its answer.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`relief could not be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 128 + constants.signals[signal];
  });
}
