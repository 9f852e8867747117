import { version_core } from '@tensorflow/tfjs-core';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { EngineDetection } from '../provider';

/** Dawn's package: native, optional, and therefore found at run time only. */
const packageName: string = 'webgpu';

/** The Vulkan loader, which Dawn opens by this name on Linux and which finds the drivers. */
const vulkanLoader = 'libvulkan.so.1';

interface Dawn {
  create(options: string[]): GPU;
  readonly globals: object;
}

/** The adapter that WebGPU would compute on, or why there is none. */
export type AdapterSearch =
  { readonly adapter: GPUAdapter; readonly gpu: GPU } | { readonly reason: string; readonly fix: string };

/** Looks for a graphics adapter, the faster one where there are two. Loads Dawn; starts nothing on the device. */
export async function findAdapter(): Promise<AdapterSearch> {
  const dawn = await loadDawn();
  if (!dawn)
    return {
      reason: `Dawn, which brings WebGPU, is not installed for ${process.platform} ${process.arch}.`,
      fix: 'Run "npm install --include=optional" in the checkout.',
    };
  if (process.platform === 'linux' && !hasVulkanLoader())
    return {
      reason: `The Vulkan loader (${vulkanLoader}) is not installed.`,
      fix: 'Install it (Debian, Ubuntu: libvulkan1) and the Vulkan driver of your graphics card.',
    };
  Object.assign(globalThis, dawn.globals);
  const gpu = dawn.create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter) return { adapter, gpu };
  return {
    reason: 'No graphics adapter offers WebGPU here.',
    fix: process.platform === 'linux' ? 'Install the Vulkan driver of your graphics card.' : 'Update its driver.',
  };
}

/** What an adapter is, in words. */
export function describeAdapter(adapter: GPUAdapter): EngineDetection & { present: true } {
  const text = (key: string): string => {
    const value: unknown = Reflect.get(infoOf(adapter), key);
    return typeof value === 'string' ? value.trim() : '';
  };
  const software = Reflect.get(infoOf(adapter), 'isFallbackAdapter') === true;
  const device = text('description') || text('device') || [text('vendor'), text('architecture')].join(' ').trim();
  return {
    ...{ present: true, software, memoryBytes: null },
    device: device || 'graphics adapter',
    version: version_core,
    detail: [
      [text('vendor'), text('architecture')].filter((part) => part !== '').join(' '),
      text('description') === '' ? '' : device,
      software ? 'emulated by the processor: right but slow, for tests' : '',
    ]
      .filter((part) => part !== '')
      .join(', '),
  };
}

/** A device with all that the adapter allows in memory and bindings. */
export async function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const { limits } = adapter;
  return adapter.requestDevice({
    requiredLimits: {
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxBufferSize: limits.maxBufferSize,
      maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
    },
  });
}

/** Newer adapters have `info`; the types that tfjs brings are of before. */
export function infoOf(adapter: GPUAdapter): object {
  const info: unknown = Reflect.get(adapter, 'info');
  return typeof info === 'object' && info !== null ? info : {};
}

let dawnModule: Promise<Dawn | null> | undefined;

function loadDawn(): Promise<Dawn | null> {
  dawnModule ??= import(packageName).then(
    (loaded: unknown) => (isDawn(loaded) ? loaded : null),
    () => null,
  );
  return dawnModule;
}

function isDawn(loaded: unknown): loaded is Dawn {
  if (typeof loaded !== 'object' || loaded === null) return false;
  return typeof Reflect.get(loaded, 'create') === 'function' && typeof Reflect.get(loaded, 'globals') === 'object';
}

/** Asked first, because Dawn itself complains on the terminal. */
function hasVulkanLoader(): boolean {
  const folders = (process.env['LD_LIBRARY_PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  if (folders.some((folder) => existsSync(join(folder, vulkanLoader)))) return true;
  try {
    return readFileSync('/etc/ld.so.cache').includes(vulkanLoader);
  } catch {
    return ['/usr/lib', '/usr/lib64', '/usr/local/lib'].some((folder) => existsSync(join(folder, vulkanLoader)));
  }
}
