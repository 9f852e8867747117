import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { JobEvent } from '@shared/domain/job';
import { fileError } from '@workbench/project/file-errors';
import type { StoredState } from './job-folder';

type WithoutTime<E> = E extends unknown ? Omit<E, 'at'> : never;

/**
 * Appends events from inside the running job, at once and in order, each in one write: what was told has happened, even
 * if the process dies in the next instruction.
 */
export class EventWriter {
  private readonly file: number;
  private readonly path: string;

  constructor(jobFolder: string) {
    this.path = join(jobFolder, 'events.jsonl');
    try {
      this.file = openSync(this.path, 'a+');
      this.closeTornLine();
    } catch (error) {
      throw fileError(error, 'write', this.path);
    }
  }

  /** @throws AppError `no-space`, `permission` */
  write(event: WithoutTime<JobEvent>): void {
    try {
      const { type, ...rest } = event;
      writeSync(this.file, `${JSON.stringify({ type, at: new Date().toISOString(), ...rest })}\n`);
    } catch (error) {
      throw fileError(error, 'write', this.path);
    }
  }

  state(state: StoredState, message: string | null = null): void {
    this.write({ type: 'state', state, message });
  }

  close(): void {
    closeSync(this.file);
  }

  private closeTornLine(): void {
    const { size } = fstatSync(this.file);
    const last = Buffer.alloc(1);
    if (size > 0) readSync(this.file, last, 0, 1, size - 1);
    if (size > 0 && last[0] !== 0x0a) writeSync(this.file, '\n');
  }
}
