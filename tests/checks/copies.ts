// What `npm run check:copies` runs. The pictures are made of what the search looks at: hashes whose bits lean one way, as those
// of aligned faces do, and tiny pictures that share a common face.
import { createRandom } from '@shared/random';
import { findCopies } from '@workbench/datasets/doctor/copies';
import { Fingerprints } from '@workbench/datasets/doctor/fingerprints';
import type { Perceived } from '@workbench/datasets/doctor/perceptual-hash';

const count = Number(process.argv[2] ?? '200000');
const planted = 1000;
const mostSeconds = 120;
const mostBytes = 1.5 * 1024 ** 3;
/** The thread is never held for longer. */
const mostLagMs = 400;
const log = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const random = createRandom('copies');
  const lean = Float64Array.from({ length: 64 }, () => random.uniform(0.15, 0.85));
  const face = Float64Array.from({ length: 256 }, () => random.uniform(60, 190));
  const picture = (): Perceived => {
    const hash = new Uint8Array(32);
    for (let bit = 0; bit < 64; bit++)
      if (random.uniform() < (lean[bit] ?? 0)) hash[bit >> 3] = (hash[bit >> 3] ?? 0) | (1 << (bit & 7));
    return { hash, thumb: Uint8Array.from(face, (level) => Math.max(0, Math.min(255, level + random.normal(0, 14)))) };
  };
  const copyOf = ({ hash, thumb }: Perceived): Perceived => {
    const flipped = Uint8Array.from(hash);
    for (let flip = random.integer(4); flip > 0; flip--) {
      const bit = random.integer(64);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    }
    return { hash: flipped, thumb: thumb.map((level) => Math.max(0, Math.min(255, level + random.integer(3) - 1))) };
  };
  const prints = Fingerprints.empty(Array.from({ length: count }, (_, index) => index.toString(16).padStart(16, '0')));
  const originals: Perceived[] = [];
  for (let index = 0; index < count; index++) {
    const isCopy = index >= count - planted;
    const original = originals[index - (count - planted)];
    const perceived = isCopy && original ? copyOf(original) : picture();
    if (index < planted) originals.push(perceived);
    const content = new Uint8Array(32);
    new DataView(content.buffer).setUint32(0, index);
    prints.set(index, { size: 1, time: 1, verdict: 'good', content, perceived, kind: 'image', pixels: null });
  }
  let [lag, last] = [0, performance.now()];
  const timer = setInterval(() => {
    lag = Math.max(lag, performance.now() - last - 5);
    last = performance.now();
  }, 5);
  const started = performance.now();
  let most = 0;
  const memory = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 50);
  const { near, more } = await findCopies([prints]);
  most = Math.max(most, process.memoryUsage().rss);
  clearInterval(timer);
  clearInterval(memory);
  const seconds = (performance.now() - started) / 1000;
  const isPlanted = ([a, b]: readonly [number, number]) => b - a === count - planted && a < planted;
  const found = near.filter(isPlanted).length;
  const expectations = [
    [`planted copies found: ${found} of ${planted}`, found === planted],
    [`invented: ${near.length - found}`, near.length === found],
    [`search was complete: ${more ? 'no' : 'yes'}`, !more],
    [`seconds for ${count} pictures: ${seconds.toFixed(1)}`, seconds <= mostSeconds],
    [`memory of the process: ${(most / 1024 ** 2).toFixed(0)} MB`, most <= mostBytes],
    [`longest hold of the thread: ${lag.toFixed(0)} ms`, lag <= mostLagMs],
  ] as const;
  for (const [what, holds] of expectations) log(`${holds ? 'holds ' : 'FAILS '} ${what}`);
  return expectations.every(([, holds]) => holds) ? 0 : 1;
}

void main().then((code) => process.exit(code));
