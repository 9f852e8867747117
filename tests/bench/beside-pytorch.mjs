// `npm run bench:pytorch [-- --python PATH --threads 1,2 --networks generator,classifier --rounds N --size N --batch N]`: one
// training step (forward, backward, Adam) of the same network on every engine that is present and in PyTorch on the
// processor, with equal threads. Each in a process of its own; they take turns within a run, so that disturbances of the
// machine meet all, and medians are told.
// PyTorch is needed here only: name a Python that has it with --python.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../../build/aliases.mjs';
import { setup } from '../../build/setup.mjs';
import { bundleTypeScript } from '../../build/run-typescript.mjs';
import { runScript } from '../../build/script.mjs';

/** @param {string} name @param {string} fallback */
function option(name, fallback) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
}

const python = option('python', 'python3');
const [batch, size, rounds, steps] = ['batch', 'size', 'rounds', 'steps'].map((name) =>
  Number(option(name, { batch: '16', size: '64', rounds: '9', steps: '5' }[name] ?? '')),
);
const threads = option('threads', '1,2').split(',').map(Number);
const networks = option('networks', 'generator,classifier').split(',');

await runScript(async () => {
  await setup({ window: false, tests: true });
  const engineSteps = await bundleTypeScript('tests/bench/engine-steps.ts');
  for (const network of networks) for (const count of threads) await compare(network, count, engineSteps);
  return 0;
});

/** @param {string} network @param {number} count of threads @param {string} engineSteps the bundle */
async function compare(network, count, engineSteps) {
  const numbers = [String(count), String(batch), String(size), network];
  const torchSteps = join(root, 'tests', 'bench', 'torch-steps.py');
  const runners = [];
  for (const [program, args] of [
    [process.execPath, [engineSteps, 'wasm', ...numbers]],
    [process.execPath, [engineSteps, 'tensorflow', ...numbers]],
    [python, [torchSteps, ...numbers, 'channels-last']],
    [python, [torchSteps, ...numbers, 'contiguous']],
  ]) {
    const runner = await start(program, args);
    if (runner) runners.push(runner);
  }
  for (let round = 0; round < rounds; round++)
    for (const runner of runners) runner.times.push(...(await runner.ask(String(steps))));
  const reference = runners.find(({ name }) => name.includes('channels-last'));
  console.log(
    `\n${network}, ${count} thread(s), ${size}×${size}, batch ${batch}, medians of ${rounds * steps} steps in turns`,
  );
  for (const { name, parameters, times } of runners) {
    const milliseconds = median(times);
    const ratio = reference ? `, ${(median(reference.times) / milliseconds).toFixed(2)} × PyTorch channels-last` : '';
    const speed = ((batch * 1000) / milliseconds).toFixed(0);
    console.log(
      `  ${name.padEnd(34)} ${milliseconds.toFixed(1)} ms, ${speed} images/s${ratio} (${parameters} parameters)`,
    );
  }
  for (const runner of runners) runner.end();
}

/**
 * @param {string} program
 * @param {string[]} args
 * @returns a runner, or undefined where it cannot start, which is said
 */
async function start(program, args) {
  const child = spawn(program, args, { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => (said = (said + String(chunk)).slice(-2000)));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise((resolve) => child.once('error', resolve).once('exit', resolve));
  const next = async () => {
    const line = await Promise.race([lines.next(), ended.then(() => ({ done: true, value: undefined }))]);
    return line.done === true ? undefined : JSON.parse(line.value);
  };
  const hello = await next();
  if (hello === undefined) {
    console.log(`not run: ${args.slice(0, 2).join(' ')}: ${said.trim().split('\n').at(-1) ?? ''}`);
    return undefined;
  }
  return {
    ...hello,
    times: [],
    /** @param {string} line */
    async ask(line) {
      child.stdin.write(`${line}\n`);
      const answer = await next();
      if (answer === undefined) throw new Error(`${hello.name} ended: ${said}`);
      return answer;
    },
    end() {
      child.stdin.end();
    },
  };
}

/** @param {readonly number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}
