import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { AppError } from '@shared/contract/errors';
import { decodeImage, maximumFileBytes } from '@workbench/images/decode';
import type { RgbImage } from '@workbench/images/rgb-image';
import { systemCode } from '@workbench/project/file-errors';
import type { FrameSource } from '@workbench/video/frame-source';
import { lookIntoClip } from '../importers/clip-header';
import { openClipSource } from '../recordings/clip-source';
import { type FingerprintReply, FingerprintRequest } from './fingerprint-messages';
import { clipFrames, perceive, perceiveClip } from './perceptual-hash';

// One worker of a check: reads the files it is handed, one after the other.

/** Of a longer clip only the beginning, the middle and the end are read. */
const wholeUpTo = 64 * 1024 * 1024;
const pieceBytes = 1024 * 1024;

const port = parentPort;
if (!port) throw new Error('fingerprint-worker runs as a worker thread');
let source: FrameSource | undefined;
port.on('message', (message: unknown) => {
  const request = FingerprintRequest.parse(message);
  void fingerprint(request).then((reply) => {
    port.postMessage(reply);
  });
});

type Known = Omit<FingerprintReply, 'verdict' | 'message'>;

async function fingerprint(request: FingerprintRequest): Promise<FingerprintReply> {
  const { index, path, name, kind } = request;
  const base = { index, size: 0, time: 0, content: new Uint8Array(32), perceived: null, pixels: null };
  try {
    const found = await stat(path);
    const { size, mtimeMs: time } = found;
    const known = { ...base, size, time };
    if (!found.isFile()) return { ...known, verdict: 'corrupt', message: `${name} is not a file.` };
    try {
      return kind === 'image' ? await ofPicture(request, known) : await ofClip(request, known);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { ...known, verdict: 'corrupt', message: error.message };
    }
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    return code === 'ENOENT'
      ? { ...base, verdict: 'missing', message: `${name} is not there any more.` }
      : { ...base, verdict: 'corrupt', message: `${name} cannot be read (${code}).` };
  }
}

async function ofPicture({ path, name }: FingerprintRequest, known: Known): Promise<FingerprintReply> {
  if (known.size > maximumFileBytes)
    return { ...known, verdict: 'corrupt', message: `${name} is a file of ${known.size} bytes.` };
  const bytes = await readFile(path);
  const content = createHash('sha256').update(bytes).digest();
  const image = await decodeImage(bytes, name);
  const pixels = { width: image.width, height: image.height };
  return { ...known, verdict: 'good', content, perceived: perceive(image), pixels, message: null };
}

async function ofClip({ path, name }: FingerprintRequest, known: Known): Promise<FingerprintReply> {
  const verdict = await lookIntoClip(path);
  if (verdict) return { ...known, verdict: 'corrupt', message: `${name} ${verdict.why}.` };
  const content = await contentOf(path, known.size);
  const frames: RgbImage[] = [];
  source ??= openClipSource();
  for await (const { image } of source.frames(path, [...clipFrames], name)) frames.push(image);
  const [first] = frames;
  if (!first) return { ...known, content, verdict: 'corrupt', message: `${name} gives no frame.` };
  const pixels = { width: first.width, height: first.height };
  return { ...known, verdict: 'good', content, perceived: perceiveClip(frames), pixels, message: null };
}

/** SHA-256 of a file, or of the size and three pieces of a long one. */
async function contentOf(path: string, size: number): Promise<Uint8Array> {
  const hash = createHash('sha256');
  if (size <= wholeUpTo) {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    return hash.digest();
  }
  hash.update(String(size));
  const file = await open(path, 'r');
  try {
    for (const from of [0, Math.floor(size / 2), size - pieceBytes]) {
      const piece = new Uint8Array(pieceBytes);
      const { bytesRead } = await file.read(piece, 0, pieceBytes, from);
      hash.update(piece.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
  return hash.digest();
}
