// `npm run check:ablation`: leave-one-out × 4 presets × 3 seeds over four small domains in one command, 48 real runs; then
// makes every number of the group's table again from the runs' score files by second code. Some minutes.
import { setup } from '../../build/setup.mjs';
import { runTypeScript } from '../../build/run-typescript.mjs';

await setup({ window: false, tests: true });
process.exitCode = await runTypeScript('tests/checks/ablation.ts', process.argv.slice(2));
