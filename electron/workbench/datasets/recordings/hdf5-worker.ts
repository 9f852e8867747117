import { Dataset, File, Group, Module, ready } from 'h5wasm/node';
import { parentPort } from 'node:worker_threads';
import { maximumPixels } from '@workbench/images/decode';
import { type RecordingAnswer, RecordingRequest } from './recording-messages';

/** Groups that are looked into for the colour channel. */
const mostGroups = 200;
/** Frames whose eyes are read in one go. */
const mostFrames = 20_000;
/** Names of the channels, in order of liking. */
const colourNames = [/^color_data$/i, /color|colour|rgb/i];
const depthNames = [/^depth_data$/i, /depth/i];

const port = parentPort;
if (!port) throw new Error('hdf5-worker runs as a worker thread');
port.on('message', (message: unknown) => {
  answer(message).then(
    (reply) => {
      port.postMessage(reply);
    },
    (error: unknown) => {
      port.postMessage({ ok: false, why: error instanceof Error ? error.message : String(error) });
    },
  );
});

async function answer(message: unknown): Promise<RecordingAnswer> {
  const { path, frames, depth = false } = RecordingRequest.parse(message);
  await ready;
  Module.activate_throwing_error_handler();
  const file = new File(path, 'r');
  try {
    const channel = depth ? findChannel(file, depthNames, asDepth) : findChannel(file, colourNames, asColour);
    if (!channel) {
      const wanted = depth
        ? 'depth channel (frames × 1 × height × width)'
        : 'colour channel (8 bits, frames × 3 × height × width)';
      return { ok: false, why: `has no ${wanted}` };
    }
    const { data, axes } = channel;
    const [count = 0] = data.shape ?? [];
    const [height, width] = [data.shape?.[axes.height] ?? 0, data.shape?.[axes.width] ?? 0];
    if (height < 1 || width < 1 || height * width > maximumPixels)
      return { ok: false, why: `says its frames have ${width}×${height} pixels` };
    const eyesOf = frames === 'all-eyes' ? Array.from({ length: Math.min(count, mostFrames) }, (_, at) => at) : frames;
    const wanted = frames === 'all-eyes' ? [] : frames;
    const wrong = wanted.find((frame) => frame >= count);
    if (wrong !== undefined) return { ok: false, why: `has ${count} frames; there is no frame ${wrong}` };
    const eyes = file.keys().includes('Eye_Pos') ? file.get('Eye_Pos') : null;
    return {
      ok: true,
      frames: count,
      width,
      height,
      pictures: depth ? [] : wanted.map((frame) => readFrame(data, frame, width, height, axes.height === 2)),
      depths: depth ? wanted.map((frame) => readDepth(data, frame, width * height)) : [],
      eyes: eyes instanceof Dataset ? eyesOf.map((frame) => readEyes(eyes, frame)) : [],
    };
  } finally {
    file.close();
  }
}

interface Channel {
  readonly data: Dataset;
  /** Which axes are the pictures' height and width. */
  readonly axes: { readonly height: number; readonly width: number };
}

/** The channel of a kind with the best name. */
function findChannel(
  file: File,
  names: readonly RegExp[],
  asChannel: (data: Dataset, name: string) => Channel | null,
): Channel | null {
  const found: { name: string; channel: Channel }[] = [];
  const open: Group[] = [file];
  for (let looked = 0; looked < mostGroups; looked++) {
    const group = open.shift();
    if (!group) break;
    for (const name of group.keys()) {
      const entity = group.get(name);
      if (entity instanceof Dataset) {
        const channel = asChannel(entity, name);
        if (channel) found.push({ name, channel });
      } else if (entity instanceof Group) open.push(entity);
    }
  }
  for (const pattern of names) {
    const match = found.find(({ name }) => pattern.test(name));
    if (match) return match.channel;
  }
  return found[0]?.channel ?? null;
}

/** Four axes of bytes, one of them the three colours. */
function asColour(data: Dataset): Channel | null {
  const shape = data.shape ?? [];
  if (shape.length !== 4 || data.metadata.size !== 1) return null;
  if (shape[1] === 3) return { data, axes: { height: 2, width: 3 } };
  return shape[3] === 3 ? { data, axes: { height: 1, width: 2 } } : null;
}

/** Frames × height × width, with an axis of length 1 before or behind them or none; its name must say that it is depth. */
function asDepth(data: Dataset, name: string): Channel | null {
  const shape = data.shape ?? [];
  if (!/depth/i.test(name)) return null;
  if (shape.length === 3) return { data, axes: { height: 1, width: 2 } };
  if (shape.length !== 4) return null;
  if (shape[1] === 1) return { data, axes: { height: 2, width: 3 } };
  return shape[3] === 1 ? { data, axes: { height: 1, width: 2 } } : null;
}

function readDepth(data: Dataset, frame: number, pixels: number): Float32Array {
  const values = data.slice([[frame, frame + 1], ...(data.shape ?? []).slice(1).map((): [] => [])]);
  if (!ArrayBuffer.isView(values) || values instanceof DataView || !('length' in values) || values.length !== pixels)
    throw new Error(`the depth of frame ${frame} does not fit its size`);
  return Float32Array.from({ length: pixels }, (_, pixel) => Number(Reflect.get(values, pixel)));
}

function readFrame(data: Dataset, frame: number, width: number, height: number, channelsFirst: boolean): Uint8Array {
  const values = bytesOf(data.slice([[frame, frame + 1], [], [], []]));
  const plane = width * height;
  if (values.length !== 3 * plane) throw new Error(`frame ${frame} holds ${values.length} values`);
  if (!channelsFirst) return values.slice();
  const picture = new Uint8Array(3 * plane);
  for (let channel = 0; channel < 3; channel++)
    for (let pixel = 0; pixel < plane; pixel++) picture[3 * pixel + channel] = values[channel * plane + pixel] ?? 0;
  return picture;
}

function bytesOf(values: unknown): Uint8Array {
  if (values instanceof Uint8Array) return values;
  if (values instanceof Int8Array) return new Uint8Array(values.buffer, values.byteOffset, values.length);
  throw new Error('the colour channel does not hold bytes');
}

function readEyes(data: Dataset, frame: number): [number, number, number, number] {
  const values = data.slice([[frame, frame + 1], []]);
  const numbers = ArrayBuffer.isView(values) && 'length' in values ? Array.from({ length: 4 }, (_, at) => at) : [];
  const read = (at: number) => {
    const value: unknown = ArrayBuffer.isView(values) ? Reflect.get(values, at) : undefined;
    return typeof value === 'bigint' ? Number(value) : typeof value === 'number' ? value : NaN;
  };
  const [a = NaN, b = NaN, c = NaN, d = NaN] = numbers.map(read);
  if ([a, b, c, d].some(Number.isNaN)) throw new Error(`eye points of frame ${frame} are no numbers`);
  return [a, b, c, d];
}
