// `npm run bench:metrics [scores]`: the full suite on ten million scores, on one core; bound: 3 s and 1 GiB.
import { runCheck } from './bundle.mjs';

// One thread of V8's own: no helper marks or compiles on a second core.
process.exitCode = await runCheck('bench-metrics', { node: ['--single-threaded'], args: process.argv.slice(2) });
