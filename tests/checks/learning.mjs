// `npm run check:learning`: trains the default preset on one synthetic source and holds it against what is claimed; about a
// quarter of an hour on two cores, most of it once. Data is kept in .cache/check-learning.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { aliases, root } from '../../build/aliases.mjs';
import { setup } from '../../build/setup.mjs';

await setup({ window: false, tests: true });
const esbuild = await import('esbuild');
const bundle = join(root, '.cache', 'check-learning.cjs');
await esbuild.build({
  entryPoints: [join(root, 'tests', 'checks', 'learning.ts')],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  mainFields: ['module', 'main'],
  external: ['@napi-rs/*', '@photostructure/sqlite'],
  alias: aliases,
  logLevel: 'error',
});
// Node 20 has fused multiply-add behind this flag; newer versions have it anyway and know the flag.
const { status } = spawnSync(process.execPath, ['--experimental-wasm-relaxed-simd', bundle], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
