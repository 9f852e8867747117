import type { Reproducibility } from '@shared/domain/engine';
import type { Engine, EngineName } from './engine';

/** An engine that can start here. */
export interface EnginePresent {
  readonly present: true;
  /** What computes: a processor's or a graphics card's name. */
  readonly device: string;
  readonly version: string;
  /** A graphics adapter emulated by the processor: right, slow, and never taken by `auto`. */
  readonly software: boolean;
  /** The device's own memory in bytes; null where it computes in the machine's. */
  readonly memoryBytes: number | null;
  /** One line for people: threads, instruction set, driver. */
  readonly detail: string;
}

/** An engine that cannot start here. */
export interface EngineMissing {
  readonly present: false;
  /** What is missing, one sentence. */
  readonly reason: string;
  /** What to do about it, one sentence. */
  readonly fix: string;
}

export type EngineDetection = EnginePresent | EngineMissing;

export interface ProviderOptions {
  /** Threads inside the kernels, where the engine computes on the processor; 0 = all cores. */
  readonly threads: number;
  readonly reproducible: boolean;
  /** To be called by the engine's `dispose`: tells whether the caller was its last user, and it must really end. */
  readonly onDispose: () => boolean;
}

/** Everything the workbench knows of a kind of engine before it runs. `start.ts` holds the table of them. */
export interface EngineProvider {
  readonly name: EngineName;
  readonly title: string;
  readonly reproducibility: Reproducibility;
  /** Looks for the engine without starting it. May load native libraries: call it in plain Node, not inside Electron. */
  detect(): Promise<EngineDetection>;
  /**
   * Starts the engine and makes it tfjs's backend.
   * @throws AppError `unsupported` when it is not present, its message being the reason and the fix
   */
  start(options: ProviderOptions): Promise<Engine>;
  /** For engines that do not come with Relief: whether this one lies installed, and its bytes on the disk. */
  installation?(): { readonly installed: boolean; readonly bytes: number };
}
