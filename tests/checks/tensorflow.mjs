// `npm run check:tensorflow [-- --wheel FILE] [--node FILE]`: TensorFlow as a person gets it. Has pip really fetch it (270 MB,
// unless --wheel names one), stops it in the middle, damages the wheel, takes the compiler away, and sees that nothing is
// half-installed; then installs, benches, trains on it, and goes on with the same checkpoint on WASM. --node runs the
// self-test on another Node, too. Some minutes, and 2 GB of disk for as long.
import { setup } from '../../build/setup.mjs';
import { runTypeScript } from '../../build/run-typescript.mjs';

await setup({ window: true, tests: true });
process.exitCode = await runTypeScript('tests/checks/tensorflow.ts', process.argv.slice(2));
