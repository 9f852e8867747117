// `npm run check:synthetic`: does anything trivial tell bona fide from attacks in the four drawn domains? About a quarter of an
// hour on two cores the first time; the pictures are kept in .cache/check-synthetic.
import { setup } from '../../build/setup.mjs';
import { runTypeScript } from '../../build/run-typescript.mjs';

await setup({ window: false, tests: true });
process.exitCode = await runTypeScript('tests/checks/synthetic.ts');
