import { Dataset, File, Group, Module, ready } from 'h5wasm/node';
import { parentPort } from 'node:worker_threads';
import { maximumPixels } from '@workbench/images/decode';
import { type RecordingAnswer, RecordingRequest } from './recording-messages';

/** Groups that are looked into for the colour channel. */
const mostGroups = 200;
/** Frames whose eyes are read in one go. */
const mostFrames = 20_000;
/** Names of the colour channel, in order of liking. */
const colourNames = [/^color_data$/i, /color|colour|rgb/i];

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
  const { path, frames } = RecordingRequest.parse(message);
  await ready;
  Module.activate_throwing_error_handler();
  const file = new File(path, 'r');
  try {
    const colour = findColour(file);
    if (!colour) return { ok: false, why: 'has no colour channel (8 bits, frames × 3 × height × width)' };
    const { data, channelsFirst } = colour;
    const [count = 0, second = 0, third = 0, fourth = 0] = data.shape ?? [];
    const [height, width] = channelsFirst ? [third, fourth] : [second, third];
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
      pictures: wanted.map((frame) => readFrame(data, frame, width, height, channelsFirst)),
      eyes: eyes instanceof Dataset ? eyesOf.map((frame) => readEyes(eyes, frame)) : [],
    };
  } finally {
    file.close();
  }
}

interface Colour {
  readonly data: Dataset;
  readonly channelsFirst: boolean;
}

/** The colour channel: four axes of bytes, one of them the three colours. */
function findColour(file: File): Colour | null {
  const found: { name: string; colour: Colour }[] = [];
  const open: Group[] = [file];
  for (let looked = 0; looked < mostGroups; looked++) {
    const group = open.shift();
    if (!group) break;
    for (const name of group.keys()) {
      const entity = group.get(name);
      if (entity instanceof Dataset) {
        const colour = asColour(entity);
        if (colour) found.push({ name, colour });
      } else if (entity instanceof Group) open.push(entity);
    }
  }
  for (const pattern of colourNames) {
    const match = found.find(({ name }) => pattern.test(name));
    if (match) return match.colour;
  }
  return found[0]?.colour ?? null;
}

function asColour(data: Dataset): Colour | null {
  const shape = data.shape ?? [];
  if (shape.length !== 4 || data.metadata.size !== 1) return null;
  if (shape[1] === 3) return { data, channelsFirst: true };
  return shape[3] === 3 ? { data, channelsFirst: false } : null;
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
