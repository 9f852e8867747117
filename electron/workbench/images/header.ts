import { orientationOfExif, type Orientation } from './orientation';

/** What a file says of itself before a pixel is decoded. */
export interface ImageHeader {
  readonly format: 'jpeg' | 'png' | 'webp';
  /** Stored columns and rows, before the orientation is applied. */
  readonly width: number;
  readonly height: number;
  readonly orientation: Orientation;
  /** Whether the file runs to its own end mark. Decoders fill what is missing with grey and say nothing. */
  readonly complete: boolean;
}

function asciiAt(bytes: Uint8Array, offset: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[offset + i] !== text.charCodeAt(i)) return false;
  return true;
}

/**
 * Reads format, size, orientation and completeness by walking a file's segments or chunks.
 * @returns undefined when the bytes are none of JPEG, PNG, WebP or end before the size is known
 */
export function readHeader(bytes: Uint8Array): ImageHeader | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return readJpeg(bytes);
  if (asciiAt(bytes, 1, 'PNG\r\n\x1a\n') && bytes[0] === 0x89) return readPng(bytes);
  if (asciiAt(bytes, 0, 'RIFF') && asciiAt(bytes, 8, 'WEBP')) return readWebp(bytes);
  return undefined;
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Markers and segments: ITU-T T.81 annex B. The file is complete when EOI follows at least one scan. */
function readJpeg(bytes: Uint8Array): ImageHeader | undefined {
  const view = viewOf(bytes);
  let size: { width: number; height: number } | undefined;
  let orientation: Orientation = 1;
  let scans = 0;
  let complete = false;
  let at = 2;
  while (at + 2 <= bytes.length) {
    const marker = view.getUint16(at);
    if (marker === 0xffff) {
      at += 1; // fill byte
      continue;
    }
    if (marker === 0xffd9) {
      complete = scans > 0;
      break;
    }
    const standsAlone = marker === 0xff01 || (marker >= 0xffd0 && marker <= 0xffd7);
    if (standsAlone) {
      at += 2;
      continue;
    }
    if (marker < 0xff02 || at + 4 > bytes.length) break;
    const length = view.getUint16(at + 2);
    const end = at + 2 + length;
    if (length < 2 || end > bytes.length) break;
    if (isFrameMarker(marker) && length >= 8) {
      size ??= { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    } else if (marker === 0xffe1 && asciiAt(bytes, at + 4, 'Exif\0\0')) {
      orientation = orientationOfExif(bytes.subarray(at + 10, end));
    }
    at = end;
    if (marker === 0xffda) {
      scans++;
      at = endOfScan(bytes, end);
    }
  }
  return size && { format: 'jpeg', ...size, orientation, complete };
}

/** SOF0–SOF15 without DHT (C4), JPG (C8) and DAC (CC), which lie among them. */
function isFrameMarker(marker: number): boolean {
  return marker >= 0xffc0 && marker <= 0xffcf && marker !== 0xffc4 && marker !== 0xffc8 && marker !== 0xffcc;
}

/** Offset of the marker that ends entropy-coded data: an FF that neither 00 (stuffing) nor a restart marker follows. */
function endOfScan(bytes: Uint8Array, start: number): number {
  for (let at = bytes.indexOf(0xff, start); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return bytes.length;
}

/** Chunks: PNG specification (third edition) §5; orientation in eXIf. Complete when IEND is reached. */
function readPng(bytes: Uint8Array): ImageHeader | undefined {
  const view = viewOf(bytes);
  if (bytes.length < 33 || !asciiAt(bytes, 12, 'IHDR')) return undefined;
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  let orientation: Orientation = 1;
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const end = at + 12 + length;
    if (end > bytes.length) break;
    if (asciiAt(bytes, at + 4, 'IEND')) return { format: 'png', width, height, orientation, complete: true };
    if (asciiAt(bytes, at + 4, 'eXIf')) orientation = orientationOfExif(bytes.subarray(at + 8, end - 4));
    at = end;
  }
  return { format: 'png', width, height, orientation, complete: false };
}

/** RIFF chunks: RFC 9649. Size from VP8X, VP8 or VP8L, orientation from EXIF. Complete when the RIFF size is there. */
function readWebp(bytes: Uint8Array): ImageHeader | undefined {
  const view = viewOf(bytes);
  if (bytes.length < 30) return undefined;
  const end = view.getUint32(4, true) + 8;
  let size: { width: number; height: number } | undefined;
  let orientation: Orientation = 1;
  for (let at = 12; at + 8 <= Math.min(end, bytes.length);) {
    const length = view.getUint32(at + 4, true);
    const data = at + 8;
    if (data + 10 <= bytes.length) size ??= webpSize(bytes, view, at, data);
    if (asciiAt(bytes, at, 'EXIF')) {
      const skip = asciiAt(bytes, data, 'Exif\0\0') ? 6 : 0; // some writers keep JPEG's prefix
      orientation = orientationOfExif(bytes.subarray(data + skip, Math.min(data + length, bytes.length)));
    }
    at = data + length + (length & 1);
  }
  return size && { format: 'webp', ...size, orientation, complete: end <= bytes.length };
}

function webpSize(bytes: Uint8Array, view: DataView, at: number, data: number) {
  if (asciiAt(bytes, at, 'VP8X')) {
    const width = 1 + view.getUint16(data + 4, true) + ((bytes[data + 6] ?? 0) << 16);
    const height = 1 + view.getUint16(data + 7, true) + ((bytes[data + 9] ?? 0) << 16);
    return { width, height };
  }
  if (asciiAt(bytes, at, 'VP8 '))
    return { width: view.getUint16(data + 6, true) & 0x3fff, height: view.getUint16(data + 8, true) & 0x3fff };
  if (asciiAt(bytes, at, 'VP8L')) {
    const bits = view.getUint32(data + 1, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
  }
  return undefined;
}
