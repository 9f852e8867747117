import { keep, scalar, tensor, tensor1d, tidy, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import type { AdamOptions, Optimizer, OptimizerState } from '../engine';
import type { TensorFlowBackend } from './tensorflow-backend';

/** Where a variable lies in the flat vectors. */
interface Member {
  readonly name: string;
  readonly shape: number[];
  readonly size: number;
}

/** Variables that are updated together, as flat resources of TensorFlow. */
interface Group {
  readonly members: readonly Member[];
  readonly values: Tensor;
  readonly mean: Tensor;
  readonly square: Tensor;
  /** What the variables held after the last update; when one holds something else, it was set from outside. */
  written: object[];
}

/** Moments of variables that have not been updated since they were restored. */
type Waiting = Map<string, { shape: number[]; mean: Float32Array; square: Float32Array }>;

/**
 * Adam in one kernel for all variables of a step: they, and their moments, lie one after the other in three flat
 * resources that the kernel updates in place. Its state is that of every other engine, a pair of moments a variable.
 */
export class FlatAdam implements Optimizer {
  learningRate: number;
  private step = 0;
  private readonly groups = new Map<string, Group>();
  private readonly waiting: Waiting = new Map();

  constructor(
    private readonly backend: TensorFlowBackend,
    private readonly options: AdamOptions,
  ) {
    this.learningRate = options.learningRate;
  }

  apply(variables: Readonly<Record<string, Variable>>, gradients: Readonly<Record<string, Tensor>>): void {
    this.step += 1;
    const updated = Object.entries(variables).flatMap(([name, variable]) => {
      const gradient = gradients[name];
      if (!gradient) return [];
      if (gradient.size !== variable.size)
        throw new Error(
          `gradient of ${name} has shape [${gradient.shape.join()}], the variable [${variable.shape.join()}]`,
        );
      return [{ name, variable, gradient }];
    });
    if (updated.length === 0) return;
    tidy(() => {
      const group = this.groupOf(updated.map(({ name, variable }) => ({ name, variable })));
      const held = updated.map(({ variable }) => variable);
      if (held.some(({ dataId }, index) => dataId !== group.written[index])) this.takeIn(group, held);
      this.update(group, this.flatten(updated.map(({ gradient }) => gradient)));
      const parts = this.splitValues(group);
      for (const [index, variable] of held.entries()) {
        const part = parts[index];
        if (part) variable.assign(part);
      }
      group.written = held.map(({ dataId }) => dataId);
    });
  }

  state(): Promise<OptimizerState> {
    const moments: Record<string, OptimizerState['moments'][string]> = {};
    const write = (name: string, shape: number[], mean: Float32Array, square: Float32Array): void => {
      moments[`${name}/m`] = { shape: [...shape], values: mean };
      moments[`${name}/v`] = { shape: [...shape], values: square };
    };
    for (const group of this.groups.values()) {
      const [mean, square] = [this.read(group.mean), this.read(group.square)];
      let start = 0;
      for (const { name, shape, size } of group.members) {
        write(name, shape, mean.slice(start, start + size), square.slice(start, start + size));
        start += size;
      }
    }
    for (const [name, { shape, mean, square }] of this.waiting) write(name, shape, mean.slice(), square.slice());
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
      this.waiting.set(name, { shape: [...mean.shape], mean: mean.values.slice(), square: square.values.slice() });
    }
  }

  dispose(): void {
    for (const group of this.groups.values()) this.release(group);
    this.groups.clear();
    this.waiting.clear();
    this.step = 0;
  }

  /** The group of exactly these variables; others that share one of them are split up, their moments kept. */
  private groupOf(updated: readonly { name: string; variable: Variable }[]): Group {
    const key = updated.map(({ name }) => name).join('\n');
    const known = this.groups.get(key);
    if (known) return known;
    const names = new Set(updated.map(({ name }) => name));
    for (const [otherKey, other] of this.groups)
      if (other.members.some(({ name }) => names.has(name))) {
        this.putAside(other);
        this.groups.delete(otherKey);
      }
    const members = updated.map(({ name, variable: { shape, size } }) => ({ name, shape: [...shape], size }));
    const total = members.reduce((sum, { size }) => sum + size, 0);
    const [mean, square] = [new Float32Array(total), new Float32Array(total)];
    let start = 0;
    for (const { name, size } of members) {
      const before = this.waiting.get(name);
      if (before) {
        mean.set(before.mean, start);
        square.set(before.square, start);
        this.waiting.delete(name);
      }
      start += size;
    }
    const group: Group = {
      members,
      values: this.resource(new Float32Array(total)),
      mean: this.resource(mean),
      square: this.resource(square),
      written: [],
    };
    this.groups.set(key, group);
    return group;
  }

  private putAside(group: Group): void {
    const [mean, square] = [this.read(group.mean), this.read(group.square)];
    let start = 0;
    for (const { name, shape, size } of group.members) {
      const end = start + size;
      this.waiting.set(name, { shape, mean: mean.slice(start, end), square: square.slice(start, end) });
      start = end;
    }
    this.release(group);
  }

  /** Copies the variables into the flat values. */
  private takeIn(group: Group, variables: readonly Tensor[]): void {
    this.assign(group.values, this.flatten(variables));
  }

  private update(group: Group, gradient: Tensor): void {
    const { beta1, beta2, epsilon } = this.options;
    // TensorFlow's kernel adds epsilon before the second moment's correction; scaled by it, that is the same.
    const scaledEpsilon = epsilon * Math.sqrt(1 - beta2 ** this.step);
    const scalars = [beta1 ** this.step, beta2 ** this.step, this.learningRate, beta1, beta2, scaledEpsilon].map(
      (value) => scalar(value),
    );
    this.backend.run(
      'ResourceApplyAdam',
      [group.values, group.mean, group.square, ...scalars, gradient],
      [
        this.backend.floatType(),
        this.backend.boolean('use_locking', false),
        this.backend.boolean('use_nesterov', false),
      ],
      0,
    );
  }

  private splitValues(group: Group): Tensor[] {
    const { backend } = this;
    const flat = backend.runOne('ReadVariableOp', [group.values], [backend.floatType('dtype')]);
    const sizes = tensor1d(
      group.members.map(({ size }) => size),
      'int32',
    );
    const parts = backend.run(
      'SplitV',
      [flat, sizes, scalar(0, 'int32')],
      [backend.floatType(), backend.integer('num_split', group.members.length), backend.integerType('Tlen')],
      group.members.length,
    );
    return parts.map((part, index) => this.reshape(part, group.members[index]?.shape ?? []));
  }

  private flatten(tensors: readonly Tensor[]): Tensor {
    const { backend } = this;
    const flat = tensors.map((each) => (each.shape.length === 1 ? each : this.reshape(each, [each.size])));
    const [only] = flat;
    if (only && flat.length === 1) return only;
    return backend.runOne(
      'ConcatV2',
      [...flat, scalar(0, 'int32')],
      [backend.floatType(), backend.integer('N', flat.length), backend.integerType('Tidx')],
    );
  }

  private reshape(x: Tensor, shape: number[]): Tensor {
    const { backend } = this;
    return backend.runOne(
      'Reshape',
      [x, tensor1d(shape, 'int32')],
      [backend.floatType(), backend.integerType('Tshape')],
    );
  }

  /** A flat variable of TensorFlow's own. */
  private resource(values: Float32Array): Tensor {
    const { backend } = this;
    return tidy(() => {
      const handle = keep(
        backend.runOne(
          'VarHandleOp',
          [],
          [
            backend.floatType('dtype'),
            backend.shape('shape', [values.length]),
            // A name of its own for every call.
            backend.text('shared_name', `relief-adam-${String(++resources)}`),
            backend.text('container', ''),
          ],
        ),
      );
      this.assign(handle, tensor(values));
      return handle;
    });
  }

  private assign(resource: Tensor, values: Tensor): void {
    // A copy of the values: the resource is updated in place, and what it was set from may be a variable's own memory.
    const { backend } = this;
    const copy = backend.runOne('AddV2', [values, scalar(0)], [backend.floatType()]);
    backend.run('AssignVariableOp', [resource, copy], [backend.floatType('dtype')], 0);
  }

  private read(resource: Tensor): Float32Array {
    const { backend } = this;
    return tidy(() => {
      const values = backend.runOne('ReadVariableOp', [resource], [backend.floatType('dtype')]).dataSync();
      if (!(values instanceof Float32Array)) throw new Error('expected float32 values');
      return values;
    });
  }

  private release(group: Group): void {
    for (const resource of [group.values, group.mean, group.square]) {
      this.backend.run('DestroyResourceOp', [resource], [this.backend.boolean('ignore_lookup_error', true)], 0);
      resource.dispose();
    }
  }
}

let resources = 0;
