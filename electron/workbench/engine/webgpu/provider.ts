import type { EngineProvider } from '../provider';
import { describeAdapter, findAdapter } from './dawn';

/** Dawn in this process, on whatever graphics card has a driver. tfjs's backend is loaded when the engine starts. */
export const webgpuProvider: EngineProvider = {
  name: 'webgpu',
  title: 'WebGPU',
  reproducibility: 'same-device',

  async detect() {
    const found = await findAdapter();
    return 'adapter' in found ? describeAdapter(found.adapter) : { present: false, ...found };
  },

  async start(options) {
    const { WebgpuEngine } = await import('./webgpu-engine');
    return WebgpuEngine.start(options);
  },
};
