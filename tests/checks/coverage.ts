import { clopperPearsonCoverage, clopperPearsonSimulated, subjectCoverage, type World } from './coverage-simulation';

function report(name: string, share: number, low: number, high: number): void {
  const fine = share >= low && share <= high;
  if (!fine) process.exitCode = 1;
  say(`${fine ? 'ok  ' : 'FAIL'}  ${(100 * share).toFixed(2).padStart(6)} %  ${name}`);
}

say('Clopper–Pearson: never below 95 %, counted over every outcome');
let least = 1;
for (const n of [1, 2, 3, 5, 8, 12, 20, 30, 50, 80, 120])
  for (let p = 0.002; p < 1; p += 0.0037) least = Math.min(least, clopperPearsonCoverage(n, p));
report('the least over 11 sizes and 270 probabilities', least, 0.95 - 1e-12, 1);
for (const [n, p] of [
  [20, 0.05],
  [50, 0.1],
  [200, 0.02],
] as const)
  report(`by drawing, n = ${String(n)}, p = ${String(p)}`, clopperPearsonSimulated(n, p, 20_000), 0.95 - 0.005, 1);

say('Bootstrap over subjects: 92 to 98 % from 30 subjects');
const worlds: readonly World[] = [
  { subjects: 30, frames: 20, bpcer: 0.1, apcer: 0.1, agreement: 0.3 },
  { subjects: 30, frames: 20, bpcer: 0.05, apcer: 0.05, agreement: 0.3 },
  { subjects: 30, frames: 20, bpcer: 0.2, apcer: 0.1, agreement: 0.1 },
  { subjects: 30, frames: 4, bpcer: 0.1, apcer: 0.1, agreement: 0.3 },
  { subjects: 50, frames: 10, bpcer: 0.1, apcer: 0.1, agreement: 0.3 },
  { subjects: 50, frames: 20, bpcer: 0.15, apcer: 0.3, agreement: 0.6 },
  { subjects: 100, frames: 10, bpcer: 0.05, apcer: 0.1, agreement: 0.3 },
];
for (const world of worlds)
  report(words(world), subjectCoverage(world, { simulations: 2000, resamples: 1000 }), 0.92, 0.98);

say('Fewer subjects, which a report warns of');
for (const subjects of [8, 15]) {
  const world = { subjects, frames: 20, bpcer: 0.1, apcer: 0.1, agreement: 0.3 };
  report(words(world), subjectCoverage(world, { simulations: 2000, resamples: 1000 }), 0, 1);
}
function words({ subjects, frames, bpcer, apcer, agreement }: World): string {
  return `${String(subjects)} subjects, ${String(frames)} frames of each class, BPCER ${String(bpcer)}, APCER ${String(apcer)}, agreement ${String(agreement)}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
