// `npm run check:interruptions`: kills, stops, starves and unplugs real trainings and looks at what is left; some minutes.
import { setup } from '../../build/setup.mjs';
import { runTypeScript } from '../../build/run-typescript.mjs';

await setup({ window: true, tests: true });
process.exitCode = await runTypeScript('tests/checks/interruptions.ts', process.argv.slice(2));
