import { open, readFile, stat } from 'node:fs/promises';
import type { MediaRequest, SampleReference, WorkbenchContract } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import type { Implementation } from '@shared/contract/peer';
import { openClipSource } from '@workbench/datasets/recordings/clip-source';
import { decodeImage } from '@workbench/images/decode';
import { encodeJpeg } from '@workbench/images/encode';
import { resize } from '@workbench/images/resize';
import { createImage, type RgbImage } from '@workbench/images/rgb-image';
import { thumbnailFile } from '@workbench/project/cached-files';
import { systemCode, withFileErrors } from '@workbench/project/file-errors';
import { writeFileAtomic } from '@workbench/project/files';
import { itemAt, mediaFile } from './sample-detail';
import type { FrameSource } from '@workbench/video/frame-source';
import type { SampleColumns } from './sample-columns';
import { readShardRow } from './shard-rows';
import type { OpenProject, Workbench } from './workbench';

const jpegType = 'image/jpeg';
/** Pictures made at the same time: more would only fill memory. */
const parallel = 4;

/** `media.*`: pictures by ids, each an upright 8-bit JPEG whatever the file was; of clips also facts and bytes. */
export function mediaChannels(
  workbench: Workbench,
): Pick<Implementation<WorkbenchContract>, 'media.read' | 'media.clip' | 'media.bytes'> {
  const turns = new Turns(parallel);
  const clipOf = async ({ dataset, index }: SampleReference) => {
    const open = workbench.current();
    const columns = await open.columns.of(dataset);
    const item = itemAt(columns, index);
    if (item.kind !== 'video') throw new AppError('invalid', `${item.path} is no clip.`, { dataset, index });
    return { name: item.path, file: await mediaFile(open, columns, item.path) };
  };
  return {
    'media.clip': async (reference) => {
      const { name, file } = await clipOf(reference);
      const { container, codec, frames, framesPerSecond } = await (clips ??= openClipSource()).info(file, name);
      return { container, codec, frames, framesPerSecond, bytes: (await stat(file)).size };
    },
    'media.bytes': async ({ from, length, ...reference }) => {
      const { file } = await clipOf(reference);
      return { bytes: await readPart(file, from, length) };
    },
    'media.read': async (request, signal) => {
      const open = workbench.current();
      const columns = await open.columns.of(request.dataset);
      const take = request.kind === 'crop' ? cropOf : pictureOf;
      const bytes = await take(open, columns, request, turns, signal);
      return { type: jpegType, bytes: Uint8Array.from(bytes) };
    },
  };
}

async function cropOf(
  { project }: OpenProject,
  columns: SampleColumns,
  { dataset, index, row = columns.firstRow[index] ?? -1 }: MediaRequest,
): Promise<Uint8Array> {
  const item = itemAt(columns, index);
  if (row < 0) throw new AppError('not-found', `${item.path} has no crop.`, { dataset, index });
  const side = columns.recipe.cropSize;
  const pixels = await readShardRow(project, columns, 'crops', row);
  return encodeJpeg(createImage(side, side, pixels), 92);
}

/** The original, whole or small. Small ones are kept on disk, named by the file's path, size and time of change. */
async function pictureOf(
  open: OpenProject,
  columns: SampleColumns,
  { kind, index, size, frame }: MediaRequest,
  turns: Turns,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const item = itemAt(columns, index);
  const file = await mediaFile(open, columns, item.path);
  const decode = () => (item.kind === 'video' ? frameOf(file, item.path, frame) : decodeImage(file));
  if (kind === 'frame') return turns.take(async () => encodeJpeg(await decode(), 92), signal);
  const { size: bytes, mtimeMs } = await stat(file);
  const cached = thumbnailFile(file, bytes, mtimeMs, size);
  const held = await readIfPresent(cached);
  if (held) return held;
  const thumbnail = await turns.take(async () => encodeJpeg(fitted(await decode(), size), 85), signal);
  await keep(cached, thumbnail);
  return thumbnail;
}

let clips: FrameSource | undefined;

/** A frame of a clip; the middle one unless told. */
async function frameOf(file: string, name: string, frame: number | undefined): Promise<RgbImage> {
  const source = (clips ??= openClipSource());
  const wanted = frame ?? Math.floor((await source.info(file, name)).frames / 2);
  for await (const { image } of source.frames(file, [wanted], name)) return image;
  throw new AppError('not-found', `${name} has no frame ${wanted}.`, { frame: wanted });
}

function fitted(image: RgbImage, longest: number): RgbImage {
  const scale = Math.min(1, longest / Math.max(image.width, image.height));
  if (scale === 1) return image;
  return resize(
    image,
    Math.max(1, Math.round(image.width * scale)),
    Math.max(1, Math.round(image.height * scale)),
    'box',
  );
}

/** @returns fewer bytes where the file ends before */
async function readPart(file: string, from: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  return withFileErrors('read', file, async () => {
    const handle = await open(file, 'r');
    try {
      const bytes = new Uint8Array(length);
      const { bytesRead } = await handle.read(bytes, 0, length, from);
      return bytes.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  });
}

async function readIfPresent(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

/** A cache that cannot be written only makes the next look slower. */
async function keep(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFileAtomic(path, bytes, { durable: false });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}

/** Lets a few pieces of work run at a time, the latest asked for first: what is on the screen now matters most. */
class Turns {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly most: number) {}

  /** @throws AppError `cancelled` when nobody waits for it any more by the time of its turn */
  async take<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.running >= this.most)
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
      });
    this.running++;
    try {
      if (signal.aborted) throw new AppError('cancelled', 'cancelled');
      return await work();
    } finally {
      this.running--;
      this.waiting.pop()?.();
    }
  }
}
