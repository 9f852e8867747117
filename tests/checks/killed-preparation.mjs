// `npm run check:killed`: kills a preparation -9 at twenty random moments and compares what it leaves; a few minutes.
import { setup } from '../../build/setup.mjs';
import { runTypeScript } from '../../build/run-typescript.mjs';

await setup({ window: false, tests: true });
process.exitCode = await runTypeScript('tests/checks/killed-preparation.ts');
