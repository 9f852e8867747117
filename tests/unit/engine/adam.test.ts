import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { describeOnEngines } from './engines';
import { floats, normalValues, relativeError } from './reference';

const options = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** Kingma & Ba 2015, algorithm 1, in double precision. */
function referenceAdam(start: Float32Array, gradients: readonly Float32Array[]): Float64Array {
  const values = Float64Array.from(start);
  const mean = new Float64Array(start.length);
  const square = new Float64Array(start.length);
  gradients.forEach((gradient, step) => {
    gradient.forEach((g, i) => {
      mean[i] = options.beta1 * (mean[i] ?? 0) + (1 - options.beta1) * g;
      square[i] = options.beta2 * (square[i] ?? 0) + (1 - options.beta2) * g * g;
      const correctedMean = (mean[i] ?? 0) / (1 - options.beta1 ** (step + 1));
      const correctedSquare = (square[i] ?? 0) / (1 - options.beta2 ** (step + 1));
      values[i] =
        (values[i] ?? 0) - (options.learningRate * correctedMean) / (Math.sqrt(correctedSquare) + options.epsilon);
    });
  });
  return values;
}

function variableOf(values: Float32Array): tf.Variable {
  return tf.tidy(() => tf.variable(tf.tensor1d(values)));
}

describeOnEngines('Adam', (engine) => {
  it.each([1, 5, 4096, 10_003])('follows the paper for %i values over five steps', (count) => {
    const start = normalValues([count], 'start').values;
    const gradients = [0, 1, 2, 3, 4].map((step) => normalValues([count], `gradient ${String(step)}`).values);
    const variable = variableOf(start);
    const adam = engine().createAdam(options);
    for (const gradient of gradients)
      tf.tidy(() => {
        adam.apply({ weight: variable }, { weight: tf.tensor1d(gradient) });
      });
    expect(relativeError(floats(variable), Float32Array.from(referenceAdam(start, gradients)))).toBeLessThan(1e-6);
    adam.dispose();
    variable.dispose();
  });

  it('continues bit by bit from a restored state and leaves variables without a gradient alone', async () => {
    const start = normalValues([37], 'start').values;
    const [first, second] = [variableOf(start), variableOf(start)];
    const idle = variableOf(start);
    const [whole, before, after] = [0, 1, 2].map(() => engine().createAdam(options));
    if (!whole || !before || !after) throw new Error('three optimisers were made');
    for (let step = 0; step < 6; step++) {
      const gradient = tf.tensor1d(normalValues([37], step).values);
      whole.apply({ first, idle }, { first: gradient });
      if (step === 3) after.restore(await before.state());
      (step < 3 ? before : after).apply({ first: second }, { first: gradient });
      gradient.dispose();
    }
    expect(floats(second)).toEqual(floats(first));
    expect(floats(idle)).toEqual(start);
    const state = await after.state();
    expect(state.step).toBe(6);
    expect(state).toEqual(await whole.state());
    [whole, before, after, first, second, idle].forEach((each) => {
      each.dispose();
    });
  });

  it('does not touch tensors that shared memory with the variable', () => {
    const initial = tf.tensor1d([1, 2, 3]);
    const variable = tf.variable(initial);
    const clone = tf.clone(variable);
    const adam = engine().createAdam(options);
    const gradient = tf.tensor1d([1, 1, 1]);
    adam.apply({ variable }, { variable: gradient });
    expect(floats(initial)).toEqual(Float32Array.of(1, 2, 3));
    expect(floats(clone)).toEqual(Float32Array.of(1, 2, 3));
    expect(floats(variable)[0]).toBeCloseTo(0.99, 5);
    [initial, clone, gradient, variable, adam].forEach((each) => {
      each.dispose();
    });
  });

  it('refuses a gradient of another shape', () => {
    const variable = variableOf(Float32Array.of(1, 2));
    const adam = engine().createAdam(options);
    const gradient = tf.tensor1d([1, 2, 3]);
    expect(() => {
      adam.apply({ weight: variable }, { weight: gradient });
    }).toThrow(/gradient of weight/);
    [variable, gradient, adam].forEach((each) => {
      each.dispose();
    });
  });
});
