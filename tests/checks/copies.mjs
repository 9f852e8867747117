// `npm run check:copies`: finds planted copies among 200,000 pictures, and says how long that takes and in how much memory.
import { runCheck } from './bundle.mjs';

process.exitCode = await runCheck('copies', { node: ['--expose-gc'], args: process.argv.slice(2) });
