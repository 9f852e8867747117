import * as tf from '@tensorflow/tfjs-core';
import type { Optimizer } from './engine';

/**
 * One optimiser step on the gradient of `loss` with respect to the variables. All that is made on the way is disposed.
 * @returns the loss before the step, once the engine has computed it
 */
export async function trainingStep(
  variables: Readonly<Record<string, tf.Variable>>,
  optimizer: Optimizer,
  loss: () => tf.Scalar,
): Promise<number> {
  const value = tf.tidy(() => {
    const { value, gradients } = lossAndGradients(variables, loss);
    optimizer.apply(variables, gradients);
    return value;
  });
  const [read] = await value.data();
  value.dispose();
  return read ?? NaN;
}

/** A loss and its gradients, keyed like the variables. Call inside a tidy. */
export function lossAndGradients(
  variables: Readonly<Record<string, tf.Variable>>,
  loss: () => tf.Scalar,
): { value: tf.Scalar; gradients: Record<string, tf.Tensor> } {
  const { value, grads } = tf.variableGrads(loss, Object.values(variables));
  const gradients: Record<string, tf.Tensor> = {};
  for (const [name, variable] of Object.entries(variables)) {
    const gradient = grads[variable.name];
    if (gradient) gradients[name] = gradient;
  }
  return { value, gradients };
}
