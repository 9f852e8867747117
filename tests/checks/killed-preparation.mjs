// `npm run check:killed`: kills a preparation -9 at twenty random moments and compares what it leaves; a few minutes.
import { build } from '../../build/build.mjs';
import { runTypeScript } from '../../build/run-typescript.mjs';

await build();
process.exitCode = await runTypeScript('tests/checks/killed-preparation.ts');
