// `npm run check:slurm`: hands real runs to a real Slurm that it starts for itself on this machine (Debian: slurm-wlm and
// munge), from the command line and from the window; preempts, stops, kills and cancels them. Some minutes.
import { setup } from '../../build/setup.mjs';
import { runTypeScript } from '../../build/run-typescript.mjs';

await setup({ window: true, tests: true });
process.exitCode = await runTypeScript('tests/checks/slurm.ts', process.argv.slice(2));
