#!/usr/bin/env node
// The `relief` command of a checkout: hands everything on to dist/cli.cjs, after set-up and build where they are missing.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './aliases.mjs';
import { runInForeground } from './foreground.mjs';
import { runScript } from './script.mjs';

await runScript(async () => {
  const command = join(root, 'dist', 'cli.cjs');
  if (!existsSync(command)) {
    const { setup } = await import('./setup.mjs');
    // Standard output belongs to the command: with --json it is one document.
    await setup({ window: false, log: (line) => process.stderr.write(`[setup] ${line}\n`) });
  }
  return runInForeground(process.execPath, ['--enable-source-maps', command, ...process.argv.slice(2)]);
});
