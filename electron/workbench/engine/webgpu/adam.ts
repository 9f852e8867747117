import * as tf from '@tensorflow/tfjs-core';
import type { AdamOptions, Optimizer, OptimizerState } from '../engine';
import type { Gpu } from './gpu';
import { adamShader } from './shaders/adam';
import { groupsFor } from './shaders/shader';

/** Where a variable's moments lie in the flat ones. */
interface Member {
  readonly shape: readonly number[];
  readonly start: number;
  readonly size: number;
}

interface Update {
  readonly member: Member;
  readonly variable: tf.Variable;
  readonly gradient: tf.Tensor;
}

/** Buffers besides a shader's variables: the moments. Each variable takes three: its value, gradient and new value. */
const buffersOf = (variables: number) => 1 + 3 * variables;

/**
 * Adam by shaders that update as many variables at once as the device binds buffers. All moments lie in one buffer,
 * `[2, n]`; a variable's new values go into a buffer of their own, so that whoever shares the old ones keeps them.
 */
export class GpuAdam implements Optimizer {
  learningRate: number;
  private step = 0;
  private members = new Map<string, Member>();
  private moments: tf.Tensor2D | null = null;

  constructor(
    private readonly gpu: Gpu,
    private readonly options: AdamOptions,
  ) {
    this.learningRate = options.learningRate;
  }

  apply(variables: Readonly<Record<string, tf.Variable>>, gradients: Readonly<Record<string, tf.Tensor>>): void {
    this.step += 1;
    const named = Object.entries(variables).flatMap(([name, variable]) => {
      const gradient = gradients[name];
      if (gradient && gradient.size !== variable.size)
        throw new Error(
          `gradient of ${name} has shape [${gradient.shape.join()}], the variable [${variable.shape.join()}]`,
        );
      return gradient ? [{ name, variable, gradient }] : [];
    });
    this.makeRoom(named.filter(({ name }) => !this.members.has(name)));
    const updates = named.flatMap(({ name, variable, gradient }): Update[] => {
      const member = this.members.get(name);
      return member ? [{ member, variable, gradient }] : [];
    });
    const together = Math.max(1, Math.floor((this.gpu.storageBuffers - buffersOf(0)) / 3));
    for (let first = 0; first < updates.length; first += together) this.update(updates.slice(first, first + together));
  }

  async state(): Promise<OptimizerState> {
    const moments: Record<string, OptimizerState['moments'][string]> = {};
    if (!this.moments) return { step: this.step, moments };
    const { step, members } = this;
    // A copy, because tfjs keeps what it once read, and the moments change under it.
    const copy = tf.slice(this.moments, [0, 0], this.moments.shape);
    const count = copy.shape[1];
    const values = Float32Array.from(await copy.data());
    copy.dispose();
    for (const [name, { shape, start, size }] of members) {
      moments[`${name}/m`] = { shape: [...shape], values: values.slice(start, start + size) };
      moments[`${name}/v`] = { shape: [...shape], values: values.slice(count + start, count + start + size) };
    }
    return { step, moments };
  }

  restore({ step, moments }: OptimizerState): void {
    this.dispose();
    this.step = step;
    const [means, squares]: [Float32Array[], Float32Array[]] = [[], []];
    let count = 0;
    for (const [key, { shape, values }] of Object.entries(moments)) {
      if (!key.endsWith('/m')) continue;
      const name = key.slice(0, -'/m'.length);
      const square = moments[`${name}/v`];
      if (!square) throw new Error(`optimizer state holds ${key} without ${name}/v`);
      means.push(values);
      squares.push(square.values);
      this.members.set(name, { shape: [...shape], start: count, size: values.length });
      count += values.length;
    }
    if (count === 0) return;
    const flat = new Float32Array(2 * count);
    let at = 0;
    for (const values of [...means, ...squares]) {
      flat.set(values, at);
      at += values.length;
    }
    this.moments = tf.keep(tf.tensor2d(flat, [2, count]));
  }

  dispose(): void {
    this.moments?.dispose();
    this.moments = null;
    this.members = new Map();
    this.step = 0;
  }

  /** Places variables seen for the first time behind the others, their moments zero. */
  private makeRoom(fresh: readonly { name: string; variable: tf.Variable }[]): void {
    if (fresh.length === 0) return;
    let count = this.moments?.shape[1] ?? 0;
    const before = count;
    for (const { name, variable } of fresh) {
      this.members.set(name, { shape: [...variable.shape], start: count, size: variable.size });
      count += variable.size;
    }
    const old = this.moments;
    this.moments = tf.tidy(() => {
      const zeros = tf.zeros<tf.Rank.R2>([2, count - before]);
      return tf.keep(old ? tf.concat([old, zeros], 1) : tf.add<tf.Tensor2D>(zeros, 0));
    });
    old?.dispose();
  }

  private update(updates: readonly Update[]): void {
    const { moments } = this;
    if (!moments) throw new Error('the moments have not been made');
    const { beta1, beta2, epsilon } = this.options;
    const secondCorrection = Math.sqrt(1 - beta2 ** this.step);
    const rate = (this.learningRate * secondCorrection) / (1 - beta1 ** this.step);
    const updated = updates.map(({ variable }) => this.gpu.output(variable.shape));
    const elements = updates.reduce((sum, { member }) => sum + member.size, 0);
    this.gpu.dispatch(
      adamShader(updates.length),
      [
        moments,
        ...updates.flatMap(({ variable, gradient }, index) => [variable, gradient, ...updated.slice(index, index + 1)]),
      ],
      [
        ...[elements, moments.shape[1]],
        ...[rate, beta1, beta2, epsilon * secondCorrection].map((float) => ({ float })),
        ...updates.flatMap(({ member }) => [member.start, member.size]),
      ],
      groupsFor(elements),
    );
    for (const [index, { variable }] of updates.entries()) {
      const info = updated[index];
      if (!info) continue;
      const values = tf.engine().makeTensorFromTensorInfo(info);
      variable.assign(values);
      values.dispose();
    }
  }
}
