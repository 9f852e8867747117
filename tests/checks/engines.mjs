// `npm run check:engines [-- --steps N]`: the long half of what tests hold engines to, for every engine that is present:
// fifty whole steps of both stages beside plain WASM, and memory over two thousand steps. A software adapter stands for WebGPU
// where there is no graphics card. Each engine in a process of its own; a few minutes on two cores.
import { setup } from '../../build/setup.mjs';
import { runTypeScript } from '../../build/run-typescript.mjs';
import { softwareVulkan } from '../../build/software-vulkan.mjs';

await setup({ window: true, tests: true });
Object.assign(process.env, softwareVulkan());
const given = process.argv.indexOf('--steps');
const steps = given < 0 ? '2000' : (process.argv[given + 1] ?? '');
let failed = 0;
for (const engine of ['wasm', 'webgpu', 'tensorflow'])
  failed += (await runTypeScript('tests/checks/engines.ts', [engine, steps])) === 0 ? 0 : 1;
process.exitCode = failed === 0 ? 0 : 1;
