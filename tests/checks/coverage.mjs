// `npm run check:coverage`: how often intervals hold the truth, by simulation; a minute.
import { runCheck } from './bundle.mjs';

process.exitCode = await runCheck('coverage');
