import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/**
 * A small reader of .tar.gz files with Node's own zlib, for use before any package is installed: regular files,
 * folders and symbolic links; long names by ustar prefix, GNU `L` entries and pax `path`.
 *
 * @typedef {{ path: string, kind: 'file' | 'folder' | 'link', mode: number, linkTarget: string, contents: Buffer }} TarEntry
 */

const block = 512;

/**
 * Entries of a gzipped tar, in order; the contents of those not wanted are skipped over.
 * @param {string | Buffer} source a file's path, or the compressed bytes
 * @param {(path: string) => boolean} wanted
 * @returns {AsyncGenerator<TarEntry>}
 */
export async function* readTarball(source, wanted) {
  const compressed = typeof source === 'string' ? createReadStream(source) : Readable.from(slices(source));
  const bytes = new ByteReader(compressed.pipe(createGunzip()));
  compressed.on('error', (/** @type {Error} */ error) => {
    bytes.fail(error);
  });
  /** @type {string | undefined} */
  let longName;
  for (;;) {
    const header = await bytes.take(block);
    if (header.length < block || header.every((byte) => byte === 0)) return;
    const size = octal(header, 124, 12);
    const padded = Math.ceil(size / block) * block;
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'L' || type === 'x' || type === 'g') {
      const extra = (await bytes.take(padded)).subarray(0, size);
      if (type === 'L') longName = text(extra, 0, size);
      if (type === 'x') longName = paxPath(extra) ?? longName;
      continue;
    }
    const prefix = text(header, 257, 5) === 'ustar' ? text(header, 345, 155) : '';
    const path = longName ?? (prefix === '' ? text(header, 0, 100) : `${prefix}/${text(header, 0, 100)}`);
    longName = undefined;
    const kind = type === '5' ? 'folder' : type === '2' ? 'link' : 'file';
    if (!wanted(path)) {
      await bytes.skip(padded);
      continue;
    }
    const contents = (await bytes.take(padded)).subarray(0, size);
    if (contents.length < size) throw new Error(`The archive ends in the middle of ${path}.`);
    yield { path, kind, mode: octal(header, 100, 8), linkTarget: text(header, 157, 100), contents };
  }
}

/** @param {Buffer} bytes */
function* slices(bytes) {
  const size = 1 << 20;
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

/**
 * @param {Buffer} bytes
 * @param {number} start
 * @param {number} length
 */
function text(bytes, start, length) {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.subarray(0, end === -1 ? length : end).toString('utf8');
}

/**
 * @param {Buffer} bytes
 * @param {number} start
 * @param {number} length
 */
function octal(bytes, start, length) {
  const digits = text(bytes, start, length).trim();
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

/**
 * The `path` record of a pax header: lines of `<length> <key>=<value>\n`.
 * @param {Buffer} bytes
 */
function paxPath(bytes) {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(bytes.toString('utf8'))?.[1];
}

/** Takes exact numbers of bytes from a stream of chunks. */
class ByteReader {
  /** @type {AsyncIterator<Buffer>} */
  #chunks;
  /** @type {Buffer} */
  #held = Buffer.alloc(0);
  /** @type {import('node:zlib').Gunzip} */
  #stream;

  /** @param {import('node:zlib').Gunzip} stream */
  constructor(stream) {
    this.#stream = stream;
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** @param {Error} error */
  fail(error) {
    this.#stream.destroy(error);
  }

  /**
   * The next `size` bytes, fewer only at the end.
   * @param {number} size
   */
  async take(size) {
    /** @type {Buffer[]} */
    const parts = [];
    let missing = size;
    for await (const part of this.#parts(missing)) {
      parts.push(part);
      missing -= part.length;
    }
    return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
  }

  /** @param {number} size */
  async skip(size) {
    let skipped = 0;
    for await (const part of this.#parts(size)) skipped += part.length;
    return skipped;
  }

  /** @param {number} size */
  async *#parts(size) {
    for (let missing = size; missing > 0;) {
      if (this.#held.length === 0) {
        const next = await this.#chunks.next();
        if (next.done === true) return;
        this.#held = next.value;
      }
      const part = this.#held.subarray(0, missing);
      this.#held = this.#held.subarray(part.length);
      missing -= part.length;
      yield part;
    }
  }
}
