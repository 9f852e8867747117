import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { recordingExtensions } from './media-kinds';

/** Why a clip cannot be one, or null when its container looks whole. */
export type ClipVerdict = {
  readonly kind: 'empty' | 'not-a-video' | 'truncated' | 'corrupt';
  readonly why: string;
} | null;

const headBytes = 64;
/** Top-level parts of an MP4 or MOV file that are walked; a file has a handful. */
const mostBoxes = 4096;
const boxNames = new Set([
  'ftyp',
  'moov',
  'mdat',
  'free',
  'skip',
  'wide',
  'pnot',
  'uuid',
  'meta',
  'moof',
  'sidx',
  'styp',
]);

/**
 * Looks at a clip's container without decoding: is it AVI, MP4, MOV, WebM or HDF5 at all, and does it reach as far as it says?
 * Reads a few bytes, whatever the file holds.
 */
export async function lookIntoClip(path: string): Promise<ClipVerdict> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size === 0) return { kind: 'empty', why: 'is empty (zero bytes)' };
    const read = async (position: number, length: number): Promise<Buffer> => {
      const buffer = Buffer.alloc(length);
      const { bytesRead } = await file.read(buffer, 0, length, position);
      return buffer.subarray(0, bytesRead);
    };
    const head = await read(0, headBytes);
    if (recordingExtensions.has(extname(path).toLowerCase())) return recordingVerdict(head, size);
    if (head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'AVI ')
      return aviVerdict(head, size);
    if (head.length >= 4 && head.readUInt32BE(0) === 0x1a45dfa3) return null; // WebM, Matroska
    if (boxNames.has(head.toString('latin1', 4, 8))) return await boxVerdict(read, size);
    return { kind: 'not-a-video', why: 'is no AVI, MP4, MOV or WebM file' };
  } finally {
    await file.close();
  }
}

/** The length that a RIFF file tells is a 32-bit number: larger files say 0 or anything. */
function aviVerdict(head: Buffer, size: number): ClipVerdict {
  const told = head.length >= 8 ? head.readUInt32LE(4) + 8 : 0;
  return told > size && size < 2 ** 31
    ? { kind: 'truncated', why: `is cut short: it says it has ${told} bytes, there are ${size}` }
    : null;
}

async function boxVerdict(
  read: (position: number, length: number) => Promise<Buffer>,
  size: number,
): Promise<ClipVerdict> {
  let position = 0;
  let movie = false;
  for (let count = 0; count < mostBoxes && position + 8 <= size; count++) {
    const head = await read(position, 16);
    const name = head.toString('latin1', 4, 8);
    let length = head.readUInt32BE(0);
    if (length === 1 && head.length === 16) length = Number(head.readBigUInt64BE(8));
    if (name === 'moov' || name === 'moof') movie = true;
    if (length === 0) break; // Reaches to the end.
    if (length < 8) return { kind: 'corrupt', why: `has a part "${printable(name)}" of ${length} bytes` };
    if (position + length > size)
      return { kind: 'truncated', why: `is cut short: its part "${printable(name)}" ends behind the end of the file` };
    position += length;
  }
  return movie ? null : { kind: 'truncated', why: 'has no index ("moov"): it was not written to its end' };
}

const printable = (name: string) => name.replace(/[^\x20-\x7e]/g, '?');

/** HDF5 says at its start where it ends. */
function recordingVerdict(head: Buffer, size: number): ClipVerdict {
  if (head.toString('latin1', 0, 8) !== '\x89HDF\r\n\x1a\n') return { kind: 'not-a-video', why: 'is no HDF5 file' };
  const version = head[8] ?? 255;
  const at = version <= 1 ? (version === 1 ? 44 : 40) : 28;
  if (version > 3 || head.length < at + 8) return { kind: 'corrupt', why: 'has an HDF5 head that cannot be read' };
  const end = head.readBigUInt64LE(at);
  return end > BigInt(size)
    ? { kind: 'truncated', why: `is cut short: it says it has ${end} bytes, there are ${size}` }
    : null;
}
