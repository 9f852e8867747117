// `npm run check:interruptions`: kills, stops, starves and unplugs real trainings and looks at what is left; some minutes.
import { build } from '../../build/build.mjs';
import { runTypeScript } from '../../build/run-typescript.mjs';

await build();
process.exitCode = await runTypeScript('tests/checks/interruptions.ts', process.argv.slice(2));
