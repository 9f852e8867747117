import type { Readable } from 'node:stream';

/** A file of a package that may be unpacked. */
export interface FileSource {
  /** Inside the package, with `/`. */
  readonly path: string;
  readonly bytes: number;
  /** Hexadecimal; null where the package does not vouch for it. */
  readonly sha256: string | null;
  readonly isExecutable: boolean;
  open(): Promise<Readable>;
}

/** A package of Python's, as a wheel or already unpacked. */
export interface SourcePackage {
  /** Path of the wheel or folder. */
  readonly origin: string;
  /** `tensorflow_cpu`, `nvidia_cublas_cu12`… */
  readonly distribution: string;
  readonly version: string;
  readonly files: readonly FileSource[];
  /** Text of its METADATA. */
  readonly metadata: string;
  close(): void;
}
