import { blindDiscriminatorLoss } from '@shared/domain/adversarial';
import { ExperimentConfig } from '@shared/domain/experiment';
import { createRandom } from '@shared/random';
import * as tf from '@tensorflow/tfjs-core';
import { RunHealth } from '@workbench/training/health';
import { adversarialLosses } from '@workbench/training/losses/adversarial';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCpuEngine } from '../../fixtures/cpu-engine';

const config = ExperimentConfig.parse({ stage1: { epochs: 8 } });

/** What a stage says of made-up losses, step by step. */
function heard(stage: 1 | 2, steps: number, of: (step: number) => { loss: number; judged?: number; waiting?: number }) {
  const said: string[] = [];
  const health = new RunHealth(stage, config, (message) => said.push(message));
  for (let step = 1; step <= steps; step++) {
    const { loss, judged, waiting = 0 } = of(step);
    const name = stage === 1 ? 'generator-loss' : 'classifier-loss';
    health.step({ [name]: loss, ...(judged === undefined ? {} : { 'discriminator-loss': judged }) }, waiting, step);
  }
  return said;
}
const noise = createRandom('health');

describe('a run that goes as it should', () => {
  it('is told nothing of, however its losses shake', () => {
    const falling = (step: number) => ({
      loss: (5 + 40 * Math.exp(-step / 200)) * noise.uniform(0.7, 1.3),
      judged: 0.2 * noise.uniform(0.7, 1.3),
      waiting: step % 50 === 0 ? 0.9 : 0,
    });
    expect(heard(1, 2000, falling)).toEqual([]);
  });
});

describe('a run that does not', () => {
  it('is told of once when its discriminator has won, with the loss of one that cannot tell', () => {
    const said = heard(1, 1500, (step) => ({ loss: 30, judged: step < 400 ? 0.2 : 0.001 }));
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^The discriminator wins: .* one that cannot tell has 0\.203.*discriminatorLearningRate/);
  });

  it('is told of when its loss rises above where it began, not when it falls more slowly', () => {
    const said = heard(2, 1500, (step) => ({ loss: step < 500 ? 0.7 - step / 1000 : 0.2 + (step - 500) / 200 }));
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^Training diverges: .*Lower stage2\.learningRate/);
    expect(heard(2, 1500, (step) => ({ loss: step < 500 ? 0.7 - step / 1000 : 0.3 }))).toEqual([]);
  });

  it('is told of when its steps wait for data', () => {
    expect(heard(2, 600, () => ({ loss: 0.5, waiting: 0.45 }))[0]).toMatch(/^Training waits 45 % of its time for data/);
  });

  it('is told of when it paints the same map for every face, but not in its first epochs', () => {
    const said: string[] = [];
    const health = new RunHealth(1, config, (message) => said.push(message));
    const same = new Float32Array(20).fill(0.2);
    health.depthEpoch(1, same);
    health.depthEpoch(2, same);
    expect(said).toEqual([]);
    health.depthEpoch(
      3,
      same.map((_, i) => (i % 2) * 0.3),
    );
    expect(said).toEqual([]);
    health.depthEpoch(4, same);
    health.depthEpoch(5, same);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/same map for every face \(mean depth 0\.200 ± 0\.000 .* epoch 4\).*l1Weight/);
  });
});

describe('the loss of a discriminator that cannot tell', () => {
  beforeAll(createCpuEngine);

  it.each(['least-squares', 'hinge', 'bce'] as const)('is the least that a constant answer gives, by %s', (name) => {
    const { labelSmoothing } = config.stage1;
    const answers = Array.from({ length: 2001 }, (_, i) => -4 + i / 250);
    const losses = answers.map((answer) =>
      tf.tidy(() => {
        const logits = tf.fill([1, 1], answer);
        return adversarialLosses[name].discriminator(logits, logits, 1 - labelSmoothing).dataSync()[0] ?? NaN;
      }),
    );
    expect(Math.min(...losses)).toBeCloseTo(blindDiscriminatorLoss({ adversarialLoss: name, labelSmoothing }), 3);
  });
});
