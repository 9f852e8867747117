import { createHash } from 'node:crypto';
import { type Evaluation, ReportData } from '@shared/domain/report';
import { errorCurve, expectedPerformanceCurve } from '@shared/metrics/curves';
import { evaluateRates, subjectErrors } from '@shared/metrics/evaluate';
import { type ScoreColumns, scoreSetOf, sortScores } from '@shared/metrics/score-set';
import { createRandom } from '@shared/random';
import type { MeasuredReport } from '@workbench/evaluation/evaluate-report';
import { ablationOf, matrixOf, type SystemFacts } from '@workbench/evaluation/tables';

const targets = ['R', 'C', 'M', 'O'];
const systems = [
  { system: 'scratch', note: 'no stage 1', floor: false, quality: 0.1 },
  { system: 'pretrain-gan', note: 'reconstruction', floor: false, quality: 0.16 },
  { system: 'LBP_logistic', note: 'floor, 59 & 10 % bins', floor: true, quality: 0.05 },
];

/** A report whose every number is measured on drawn scores: two sources, four targets, three systems, three seeds. */
export function sampleReport(): ReportData {
  return sampleMeasured().data;
}

/** The same with the scores it was measured on. */
export function sampleMeasured(): MeasuredReport {
  const measured: ScoreColumns[] = [];
  const evaluations: Evaluation[] = [];
  const curves: ReportData['curves'] = [];
  let jobs = 0;
  for (const { system, floor, quality } of systems) {
    for (const source of ['R', 'O']) {
      // one seed of scratch on O is missing, so that cells differ in n
      const seeds = floor ? [null] : system === 'scratch' && source === 'O' ? [1, 2] : [1, 2, 3];
      for (const seed of seeds) {
        const run = floor ? null : `${String(++jobs).padStart(4, '0')}-${system}-${source}-s${String(seed)}`;
        for (const target of targets) {
          const stream = `${system}/${source}/${String(seed)}`;
          const dev = drawScores(`${stream}/dev`, quality + 0.1);
          const test = drawScores(`${stream}/${target}`, target === source ? quality + 0.08 : quality);
          const { threshold, ...rates } = evaluateRates(scoreSetOf(dev), scoreSetOf(test), 'source-dev-eer', {
            names: { dev: `${source} dev` },
            testSubjects: (value) => subjectErrors(test, value),
          });
          const curve = errorCurve(sortScores(scoreSetOf(test)), 200);
          const { hter: epc } = expectedPerformanceCurve(sortScores(scoreSetOf(dev)), sortScores(scoreSetOf(test)));
          curves.push({ far: Array.from(curve?.far ?? []), frr: Array.from(curve?.frr ?? []), epc });
          measured.push(test);
          evaluations.push({
            run,
            system,
            preset: floor ? null : system,
            seed,
            source: [source],
            target,
            sameDomain: source === target,
            synthetic: true,
            threshold,
            ...rates,
            files: (['dev', 'test'] as const).map((set) => ({
              dataset: set === 'dev' ? source : target,
              set,
              path: `jobs/${run ?? `${system}-${source}`}/scores/last/${set === 'dev' ? source : target}.${set}.csv`,
              sha256: createHash('sha256')
                .update((set === 'dev' ? dev : test).scores)
                .digest('hex'),
            })),
          });
        }
      }
    }
  }
  const data = ReportData.parse({
    formatVersion: 1,
    name: 'loo-synthetic',
    title: 'Two sources_& four targets, 100 % synthetic',
    madeAt: '2026-11-25T02:00:00Z',
    relief: '0.1.0',
    making: { policy: 'source-dev-eer', level: 'frame', score: 'classifier', epoch: 'last' },
    decimals: 1,
    datasets: targets.map((id) => ({ id, name: `Domain ${id}`, synthetic: true })),
    synthetic: true,
    matrix: matrixOf(evaluations, targets, factsOf),
    ablation: ablationOf(evaluations, targets, factsOf),
    evaluations,
    curves,
    omitted: [{ run: '0099-scratch-O-s3', reason: 'crashed at <step 12>' }],
  });
  return { data, measured };
}

function factsOf(system: string): SystemFacts {
  const { note = '', floor = false } = systems.find((one) => one.system === system) ?? {};
  return { note, floor, parameters: floor ? null : 268_113 };
}

function drawScores(stream: string, quality: number) {
  const random = createRandom(stream);
  const scores = new Float64Array(240);
  const attackTypes: string[] = [];
  const subjects: string[] = [];
  for (let row = 0; row < scores.length; row++) {
    const type = ['', '', 'print/1', 'replay/phone'][row % 4] ?? '';
    scores[row] = Math.min(1, Math.max(0, random.normal(type === '' ? 0.5 + quality : 0.5 - quality, 0.18)));
    attackTypes.push(type);
    subjects.push(`s${String(row % 20)}`);
  }
  return { scores, attackTypes, subjects };
}
