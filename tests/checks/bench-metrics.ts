import { expectedPerformanceCurve, errorCurve } from '@shared/metrics/curves';
import { measureRates } from '@shared/metrics/evaluate';
import { type ScoreSet, sortScores } from '@shared/metrics/score-set';
import { createRandom } from '@shared/random';

const bounds = { seconds: 3, bytes: 2 ** 30 };
const count = Number(process.argv[2] ?? 10_000_000);

/** Half bona fide, half attacks of five types, as a network's sigmoid gives them, in double precision. */
function scoreSet(): ScoreSet {
  const random = createRandom('bench/metrics');
  const column = (length: number, shift: number) => {
    const scores = new Float64Array(length);
    for (let i = 0; i < length; i++) {
      const logit = 2.2 * (random.uniform() + random.uniform() + random.uniform() - 1.5) * 2 + shift;
      scores[i] = 1 / (1 + Math.exp(-logit));
    }
    return scores;
  };
  return {
    bonaFide: column(count / 2, 1.6),
    attacks: new Map(
      ['print/1', 'print/2', 'replay/1', 'replay/2', 'mask'].map((type) => [type, column(count / 10, -1.6)]),
    ),
  };
}

interface Step {
  readonly name: string;
  readonly seconds: number;
}

function suite(set: ScoreSet): { readonly steps: readonly Step[]; readonly answer: string } {
  const steps: Step[] = [];
  const timed = <T>(name: string, work: () => T): T => {
    // Processor time rather than the clock's: other programs share the machine.
    const start = process.cpuUsage();
    const result = work();
    const { user, system } = process.cpuUsage(start);
    steps.push({ name, seconds: (user + system) / 1e6 });
    return result;
  };
  const sorted = timed('sort once, pool the attacks', () => sortScores(set));
  const rates = timed('all rates, thresholds, AUC, TPR@FPR, calibration, exact intervals', () =>
    measureRates(sorted, 0.5),
  );
  timed('ROC and DET points', () => errorCurve(sorted));
  timed('expected performance curve, 21 costs', () => expectedPerformanceCurve(sorted, sorted));
  return {
    steps,
    answer: `HTER ${String(rates.hter)}, AUC ${String(rates.auc)}, Cllr ${String(rates.calibration?.cllr)}`,
  };
}

const set = scoreSet();
const before = process.memoryUsage().rss;
const { steps, answer } = suite(set);
const seconds = steps.reduce((sum, step) => sum + step.seconds, 0);
const peak = process.resourceUsage().maxRSS * 1024;
for (const step of steps) say(`${step.seconds.toFixed(2).padStart(6)} s  ${step.name}`);
say(
  `${seconds.toFixed(2).padStart(6)} s  of one core in all, for ${count.toLocaleString('en')} scores (bound ${String(bounds.seconds)} s)`,
);
say(
  `peak memory ${(peak / 2 ** 20).toFixed(0)} MiB, ${(before / 2 ** 20).toFixed(0)} MiB of it before the suite (bound ${String(bounds.bytes / 2 ** 20)} MiB)`,
);
say(answer);
if (peak > bounds.bytes) {
  say('The suite took more memory than its bound.');
  process.exitCode = 1;
}
if (seconds > bounds.seconds) {
  say('The suite took longer than its bound on this machine.');
  process.exitCode = 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
