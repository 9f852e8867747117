import { performance } from 'node:perf_hooks';
import type { ScalarName } from '@shared/domain/job';

const everyMs = 2000;
const gigabyte = 1e9;

/** What the process uses, as points of the run's curves: every two seconds, so that they cost nothing beside a step. */
export class UsageMeter {
  private lastTime = performance.now();
  private lastCpu = process.cpuUsage();

  /**
   * @param engineBytes what the engine holds, where that is known
   * @returns cores in use since the last sample and memory in GB; nothing before it is time again
   */
  sample(engineBytes: number | null): Partial<Record<ScalarName, number>> {
    const now = performance.now();
    const passed = now - this.lastTime;
    if (passed < everyMs) return {};
    const cpu = process.cpuUsage();
    const used = cpu.user + cpu.system - this.lastCpu.user - this.lastCpu.system;
    this.lastTime = now;
    this.lastCpu = cpu;
    return {
      'cpu-cores': used / 1000 / passed,
      memory: process.memoryUsage().rss / gigabyte,
      ...(engineBytes === null ? {} : { 'engine-memory': engineBytes / gigabyte }),
    };
  }
}
