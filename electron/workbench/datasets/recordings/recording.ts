import { Worker } from 'node:worker_threads';
import { AppError } from '@shared/contract/errors';
import type { RgbImage } from '@workbench/images/rgb-image';
import { distFile } from '@workbench/project/paths';
import { RecordingAnswer, type RecordingRequest } from './recording-messages';

/** A recording that says nothing for this long is given up, and its thread ended. */
const patienceMs = 20_000;

export interface RecordingShape {
  readonly frames: number;
  readonly width: number;
  readonly height: number;
}

export interface RecordingFrame {
  readonly frame: number;
  readonly picture: RgbImage;
  /** `x, y` of both eyes, the subject's right one first; null where the recording has none. */
  readonly eyes: readonly [number, number, number, number] | null;
}

/**
 * Reads HDF5 recordings in a thread of its own: a file that was made to hang or to break the reader costs that thread, and a
 * new one is started.
 */
export class RecordingReader {
  private worker: Worker | null = null;
  private turn: Promise<unknown> = Promise.resolve();

  /** @throws AppError `invalid` with `data.reason` as a picture's decoder gives it */
  async shape(path: string, name = path): Promise<RecordingShape> {
    const { frames, width, height } = await this.ask({ path, frames: [] }, name);
    return { frames, width, height };
  }

  /** Frames by number, from 0. @throws AppError `invalid` */
  async frames(path: string, frames: readonly number[], name = path): Promise<RecordingFrame[]> {
    const answer = await this.ask({ path, frames: [...frames] }, name);
    return frames.map((frame, index) => {
      const data = answer.pictures[index];
      if (!data) throw new Error(`no picture for frame ${frame}`);
      return { frame, picture: { width: answer.width, height: answer.height, data }, eyes: answer.eyes[index] ?? null };
    });
  }

  /** Eye points of every frame; empty where the recording has none. @throws AppError `invalid` */
  async eyes(path: string, name = path): Promise<readonly (readonly [number, number, number, number])[]> {
    return (await this.ask({ path, frames: 'all-eyes' }, name)).eyes;
  }

  /** Depth of a frame, in the recording's own unit (WMCA and 3DMAD: millimetres; 0 is not measured). @throws AppError `invalid` */
  async depth(
    path: string,
    frame: number,
    name = path,
  ): Promise<{ width: number; height: number; values: Float32Array }> {
    const { width, height, depths } = await this.ask({ path, frames: [frame], depth: true }, name);
    const [values] = depths;
    if (!values) throw new Error(`no depth for frame ${frame}`);
    return { width, height, values };
  }

  async close(): Promise<void> {
    await this.worker?.terminate();
    this.worker = null;
  }

  private async ask(request: RecordingRequest, name: string): Promise<Extract<RecordingAnswer, { ok: true }>> {
    const before = this.turn;
    const answer = before.then(() => this.askNow(request));
    this.turn = answer.catch(() => undefined);
    const reply = await answer;
    if (reply.ok) return reply;
    throw new AppError('invalid', `${name}: ${reply.why}.`, { file: name, reason: 'corrupt' });
  }

  private askNow(request: RecordingRequest): Promise<RecordingAnswer> {
    this.worker ??= new Worker(distFile('hdf5-worker.cjs'), {
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    });
    const worker = this.worker;
    return new Promise((resolve) => {
      const settle = (answer: RecordingAnswer, isOver: boolean) => {
        clearTimeout(timer);
        worker.off('message', onMessage);
        worker.off('error', onError);
        worker.off('exit', onExit);
        if (isOver) {
          this.worker = null;
          void worker.terminate();
        }
        resolve(answer);
      };
      const onMessage = (message: unknown) => {
        const answer = RecordingAnswer.parse(message);
        settle(answer.ok ? answer : { ok: false, why: wordsOf(answer.why) }, false);
      };
      const onError = (error: Error) => {
        settle({ ok: false, why: `breaks the reader (${error.message})` }, true);
      };
      const onExit = () => {
        settle({ ok: false, why: 'ends the reader' }, true);
      };
      const timer = setTimeout(() => {
        settle({ ok: false, why: `cannot be read within ${patienceMs / 1000} s` }, true);
      }, patienceMs);
      worker.on('message', onMessage);
      worker.on('error', onError);
      worker.on('exit', onExit);
      worker.postMessage(request);
    });
  }
}

/** The library's own words are many lines; the last one says why. */
function wordsOf(why: string): string {
  const last = why.trim().split('\n').filter(Boolean).at(-1)?.trim() ?? '';
  const text = last.replace(/^(minor|major|#\d+):\s*/i, '');
  return /^(has |says )/.test(text) ? text : `cannot be read as HDF5 (${text || 'no reason given'})`;
}
