import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { MediaRequest, WorkbenchContract } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import type { Implementation } from '@shared/contract/peer';
import { defaultRecipe } from '@shared/domain/dataset';
import { decodeImage } from '@workbench/images/decode';
import { encodeJpeg } from '@workbench/images/encode';
import { resize } from '@workbench/images/resize';
import { createImage, type RgbImage } from '@workbench/images/rgb-image';
import { cacheFolder } from '@workbench/project/app-folders';
import { systemCode } from '@workbench/project/file-errors';
import { writeFileAtomic } from '@workbench/project/files';
import { itemAt, mediaFile } from './samples';
import { readShardRow } from './shard-rows';
import type { OpenProject, Workbench } from './workbench';

const jpegType = 'image/jpeg';
/** Pictures made at the same time: more would only fill memory. */
const parallel = 4;

/** `media.read`: pictures by ids. Everything leaves as an upright 8-bit JPEG, whatever the file was. */
export function mediaChannels(workbench: Workbench): Pick<Implementation<WorkbenchContract>, 'media.read'> {
  const turns = new Turns(parallel);
  return {
    'media.read': async (request) => {
      const open = workbench.current();
      const bytes = request.kind === 'crop' ? await cropOf(open, request) : await pictureOf(open, request, turns);
      return { type: jpegType, bytes: Uint8Array.from(bytes) };
    },
  };
}

async function cropOf(open: OpenProject, { dataset, index }: MediaRequest): Promise<Uint8Array> {
  const columns = await open.columns.of(dataset);
  const item = itemAt(columns, index);
  const sample = columns.samples[index];
  if (!sample) throw new AppError('not-found', `${item.path} has no crop.`, { dataset, index });
  const side = defaultRecipe.cropSize;
  const pixels = await readShardRow(open.project, dataset, 'crops', sample.row);
  return encodeJpeg(createImage(side, side, pixels), 92);
}

/** The original, whole or small. Small ones are kept on disk, named by the file's path, size and time of change. */
async function pictureOf(
  open: OpenProject,
  { kind, dataset, index, size }: MediaRequest,
  turns: Turns,
): Promise<Uint8Array> {
  const columns = await open.columns.of(dataset);
  const file = await mediaFile(open, columns, itemAt(columns, index).path);
  if (kind === 'frame') return turns.take(async () => encodeJpeg(await decodeImage(file), 92));
  const { size: bytes, mtimeMs } = await stat(file);
  const name = createHash('sha256').update(`${file}\n${bytes}\n${mtimeMs}\n${size}`).digest('hex');
  const cached = join(cacheFolder(), 'thumbnails', name.slice(0, 2), `${name}.jpg`);
  const held = await readIfPresent(cached);
  if (held) return held;
  const thumbnail = await turns.take(async () => encodeJpeg(fitted(await decodeImage(file), size), 85));
  await keep(cached, thumbnail);
  return thumbnail;
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

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= this.most)
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
      });
    this.running++;
    try {
      return await work();
    } finally {
      this.running--;
      this.waiting.pop()?.();
    }
  }
}
