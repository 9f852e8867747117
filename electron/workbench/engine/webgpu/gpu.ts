import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import { registerBackend, removeBackend, setBackend } from '@tensorflow/tfjs-core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { infoOf, requestDevice } from './dawn';
import type { Shader } from './shaders/shader';

/** A number in a shader's uniforms; bare numbers are `i32`. */
export type UniformValue = number | { readonly float: number };

/** How many groups of a shader run along each axis. */
export type Groups = readonly [x: number, y?: number, z?: number];

/**
 * tfjs's WebGPU backend seen from our shaders: tensors' buffers in, dispatches out, in the order and with the buffer life
 * times of tfjs's own. What is used of the backend's inner workings is checked here, once, so that another version of
 * tfjs fails at start-up with a clear message and not with wrong numbers.
 */
export class Gpu extends WebGPUBackend {
  private readonly pipelines = new Map<string, GPUComputePipeline>();
  private lost: string | null = null;

  private constructor(device: GPUDevice, adapter: GPUAdapter) {
    super(device, adapterInfo(adapter));
    const { commandQueueOwnedIds, uniformPendingDisposal, dispatchCountInPass } = this.internals;
    if (
      !(commandQueueOwnedIds instanceof WeakSet) ||
      !Array.isArray(uniformPendingDisposal) ||
      dispatchCountInPass !== 0
    )
      throw new Error('this version of tfjs-backend-webgpu keeps its command queue otherwise than 4.22 does');
    void device.lost.then(({ message }) => {
      this.lost = message;
    });
    device.onuncapturederror = ({ error }: GPUUncapturedErrorEvent) => {
      this.lost ??= error.message;
    };
  }

  /** Makes 'webgpu' tfjs's backend, on a device of the adapter. */
  static async activate(gpu: GPU, adapter: GPUAdapter): Promise<Gpu> {
    offerAsNavigator(gpu);
    const backend = new Gpu(await requestDevice(adapter), adapter);
    registerBackend('webgpu', () => backend);
    if (!(await setBackend('webgpu'))) throw new Error('tfjs could not start its WebGPU backend');
    return backend;
  }

  /** Ends the device. tfjs is left without a backend. */
  release(): void {
    removeBackend('webgpu');
    this.device.destroy();
    offerAsNavigator(undefined);
  }

  /** Bytes of all buffers, those kept for the next tensor of the same size among them. */
  get bytes(): number {
    return this.bufferManager.numBytesAllocated;
  }

  /** Storage buffers that one shader may see. */
  get storageBuffers(): number {
    return this.device.limits.maxStorageBuffersPerShaderStage;
  }

  /** A new tensor, its values not yet set. */
  output(shape: readonly number[], dtype: DataType = 'float32'): TensorInfo {
    return this.makeTensorInfo([...shape], dtype);
  }

  /**
   * Runs a shader over tensors, bound in the shader's order, after all that was asked of the device before.
   * @throws Error when the device was lost or refused an earlier command
   */
  dispatch(shader: Shader, tensors: readonly TensorInfo[], uniforms: readonly UniformValue[], groups: Groups): void {
    if (this.lost !== null) throw new Error(`The graphics device failed: ${this.lost}`);
    for (const { dataId } of tensors) this.uploadToGPU(dataId);
    const pipeline = this.pipelineOf(shader);
    const storage = tensors.map(({ dataId }) => ({ buffer: bufferOf(this.tensorMap.get(dataId).resource) }));
    const bindings = uniforms.length === 0 ? storage : [...storage, { buffer: this.uniformBuffer(uniforms) }];
    const group = this.device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: bindings.map((resource, binding) => ({ binding, resource })),
    });
    this.ensureCommandEncoderReady();
    const { internals } = this;
    for (const { dataId } of tensors) internals.commandQueueOwnedIds.add(dataId);
    internals.computePassEncoder ??= internals.commandEncoder?.beginComputePass() ?? null;
    const pass = internals.computePassEncoder;
    if (!pass) throw new Error('the command queue has no pass');
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(groups[0], groups[1] ?? 1, groups[2] ?? 1);
    internals.dispatchCountInPass += 1;
    if (internals.dispatchCountInPass < DISPATCHES_PER_SUBMIT) return;
    this.endComputePassEncoder();
    this.submitQueue();
  }

  private pipelineOf({ label, code }: Shader): GPUComputePipeline {
    const known = this.pipelines.get(label);
    if (known) return known;
    const module = this.device.createShaderModule({ code, label });
    const pipeline = this.device.createComputePipeline({
      ...{ label, layout: 'auto', compute: { module, entryPoint: 'main' } },
    });
    this.pipelines.set(label, pipeline);
    return pipeline;
  }

  private uniformBuffer(values: readonly UniformValue[]): GPUBuffer {
    const bytes = new DataView(new ArrayBuffer(16 * Math.ceil(values.length / 4)));
    values.forEach((value, index) => {
      if (typeof value === 'number') bytes.setInt32(4 * index, value, true);
      else bytes.setFloat32(4 * index, value.float, true);
    });
    const buffer = this.bufferManager.acquireBuffer(bytes.byteLength, GPUBufferUsage.COPY_DST | GPUBufferUsage.UNIFORM);
    this.queue.writeBuffer(buffer, 0, bytes.buffer);
    this.internals.uniformPendingDisposal.push(buffer);
    return buffer;
  }

  /** The parts of the base class that its types call private. */
  private get internals(): Internals {
    return this as unknown as Internals;
  }
}

interface Internals {
  readonly commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: GPUComputePassEncoder | null;
  readonly commandQueueOwnedIds: WeakSet<object>;
  readonly uniformPendingDisposal: GPUBuffer[];
  dispatchCountInPass: number;
}

/** As tfjs does with its own: enough for the device to start while the rest is being written down. */
const DISPATCHES_PER_SUBMIT = 15;

function bufferOf(resource: unknown): GPUBuffer {
  if (!(resource instanceof GPUBuffer)) throw new Error('a tensor has no buffer on the device');
  return resource;
}

/** tfjs asks for `navigator.gpu`; Node has no such thing, or a navigator without it. */
function offerAsNavigator(gpu: GPU | undefined): void {
  const present: unknown = Reflect.get(globalThis, 'navigator');
  if (typeof present === 'object' && present !== null)
    Object.defineProperty(present, 'gpu', { value: gpu, configurable: true, writable: true });
  else Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true, writable: true });
}

/** What tfjs tunes itself by. */
function adapterInfo(adapter: GPUAdapter): GPUAdapterInfo {
  const text = (key: string): string => String(Reflect.get(infoOf(adapter), key) ?? '');
  return {
    ...{ __brand: 'GPUAdapterInfo', vendor: text('vendor'), architecture: text('architecture') },
    ...{ device: text('device'), description: text('description') },
  };
}
