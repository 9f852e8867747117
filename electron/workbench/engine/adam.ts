import { keep, tensor, tidy, zeros, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import type { AdamOptions, Optimizer, OptimizerState } from './engine';
import type { KernelContext } from './wasm-kernels';

interface Moments {
  readonly shape: number[];
  readonly mean: Tensor;
  readonly square: Tensor;
}

/** Elements of one unit of the kernel's job. */
const UNIT = 4096;

/** Adam by a kernel that updates the variables' own memory, with moments kept as tensors. */
export class KernelAdam implements Optimizer {
  learningRate: number;
  private step = 0;
  private readonly moments = new Map<string, Moments>();

  constructor(
    private readonly context: KernelContext,
    private readonly options: AdamOptions,
  ) {
    this.learningRate = options.learningRate;
  }

  apply(variables: Readonly<Record<string, Variable>>, gradients: Readonly<Record<string, Tensor>>): void {
    this.step += 1;
    const { beta1, beta2, epsilon } = this.options;
    const secondCorrection = Math.sqrt(1 - beta2 ** this.step);
    const rate = (this.learningRate * secondCorrection) / (1 - beta1 ** this.step);
    const { pool, backend } = this.context;
    for (const [name, variable] of Object.entries(variables)) {
      const gradient = gradients[name];
      if (!gradient) continue;
      if (gradient.size !== variable.size)
        throw new Error(
          `gradient of ${name} has shape [${gradient.shape.join()}], the variable [${variable.shape.join()}]`,
        );
      this.takeOwnMemory(variable);
      const { mean, square } = this.momentsOf(name, variable);
      pool.run({
        kernel: 'adam',
        units: Math.ceil(variable.size / UNIT),
        scratchBytes: 64,
        fields: [
          ...[variable, gradient, mean, square].map((each) => backend.address(each)),
          ...[variable.size, UNIT],
          ...[rate, beta1, 1 - beta1, beta2, 1 - beta2, epsilon * secondCorrection].map((float) => ({ float })),
        ],
      });
    }
  }

  state(): Promise<OptimizerState> {
    const moments: Record<string, OptimizerState['moments'][string]> = {};
    for (const [name, { shape, mean, square }] of this.moments) {
      moments[`${name}/m`] = { shape: [...shape], values: valuesOf(mean) };
      moments[`${name}/v`] = { shape: [...shape], values: valuesOf(square) };
    }
    return Promise.resolve({ step: this.step, moments });
  }

  restore({ step, moments }: OptimizerState): void {
    this.dispose();
    this.step = step;
    for (const [key, mean] of Object.entries(moments)) {
      if (!key.endsWith('/m')) continue;
      const name = key.slice(0, -'/m'.length);
      const square = moments[`${name}/v`];
      if (!square) throw new Error(`optimizer state holds ${key} without ${name}/v`);
      this.moments.set(name, {
        shape: [...mean.shape],
        mean: keptTensor(mean),
        square: keptTensor(square),
      });
    }
  }

  dispose(): void {
    for (const { mean, square } of this.moments.values()) {
      mean.dispose();
      square.dispose();
    }
    this.moments.clear();
    this.step = 0;
  }

  private momentsOf(name: string, variable: Variable): Moments {
    const known = this.moments.get(name);
    if (known) return known;
    const shape = [...variable.shape];
    const fresh = tidy(() => ({ shape, mean: keep(zeros(shape)), square: keep(zeros(shape)) }));
    this.moments.set(name, fresh);
    return fresh;
  }

  /**
   * tfjs shares memory between a variable, the tensor it was made from and its clones. As the kernel writes in place, a
   * variable that shares first gets a copy of its own.
   */
  private takeOwnMemory(variable: Variable): void {
    if (this.context.backend.references(variable) <= 1) return;
    tidy(() => {
      variable.assign(tensor(valuesOf(variable), variable.shape));
    });
  }
}

function valuesOf(source: Tensor): Float32Array {
  const values = source.dataSync();
  if (!(values instanceof Float32Array)) throw new Error(`expected float32 values, got ${source.dtype}`);
  return values;
}

function keptTensor({ shape, values }: OptimizerState['moments'][string]): Tensor {
  return keep(tensor(values, [...shape], 'float32'));
}
