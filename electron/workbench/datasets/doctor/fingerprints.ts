import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '@workbench/project/file-errors';
import { writeFileAtomic } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { hashBytes, type Perceived, thumbBytes } from './perceptual-hash';

/** What a file turned out to be. */
const verdicts = ['unknown', 'good', 'corrupt', 'missing'] as const;
export type FileVerdict = (typeof verdicts)[number];
const kinds = ['none', 'image', 'video'] as const;

/** id 8, size 8, time 8, verdict 1, perceived as 1, padding 2, width 2, height 2, content 32, hash 32, thumb 256. */
const idAt = 0;
const sizeAt = 8;
const timeAt = 16;
const verdictAt = 24;
const perceivedAt = 25;
const widthAt = 28;
const heightAt = 30;
const contentAt = 32;
export const hashAt = 64;
export const thumbAt = hashAt + hashBytes;
export const recordBytes = thumbAt + thumbBytes;

const magic = Buffer.from('relief-fingerprints-2\n');
const fileName = 'fingerprints.bin';

/** Where a dataset's fingerprints lie. */
export function fingerprintsFile(project: Pick<Project, 'datasetFolder'>, dataset: string): string {
  return join(project.datasetFolder(dataset), fileName);
}

/** One file's fingerprint. */
export interface Fingerprint {
  readonly size: number;
  readonly time: number;
  readonly verdict: FileVerdict;
  /** SHA-256 of the content. */
  readonly content: Uint8Array;
  /** What it looks like; null where that cannot be told. */
  readonly perceived: Perceived | null;
  readonly kind: 'image' | 'video';
  readonly pixels: { readonly width: number; readonly height: number } | null;
}

/**
 * Fingerprints of a dataset's items, a record of fixed length each, in the order of the items. Kept between checks: a file of
 * the same size and time is not read again. 200,000 of them are 70 MB.
 */
export class Fingerprints {
  private readonly view: DataView;

  private constructor(
    readonly bytes: Uint8Array,
    readonly count: number,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  static empty(ids: readonly string[]): Fingerprints {
    const prints = new Fingerprints(new Uint8Array(ids.length * recordBytes), ids.length);
    ids.forEach((id, index) => {
      prints.bytes.set(idBytes(id), index * recordBytes + idAt);
    });
    return prints;
  }

  /** Reads what the last check left, laid out anew in the order of `ids`. */
  static async load(project: Pick<Project, 'datasetFolder'>, dataset: string, ids: readonly string[]) {
    const prints = Fingerprints.empty(ids);
    let old: Uint8Array;
    try {
      old = await readFile(fingerprintsFile(project, dataset));
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
      return prints;
    }
    const isOurs = Buffer.compare(old.subarray(0, magic.length), magic) === 0;
    if (!isOurs || (old.length - magic.length) % recordBytes !== 0) return prints; // Of another version: made again.
    const places = new Map<string, number>();
    for (let at = magic.length; at < old.length; at += recordBytes)
      places.set(Buffer.from(old.subarray(at, at + 8)).toString('hex'), at);
    ids.forEach((id, index) => {
      const at = places.get(Buffer.from(idBytes(id)).toString('hex'));
      if (at !== undefined) prints.bytes.set(old.subarray(at, at + recordBytes), index * recordBytes);
    });
    return prints;
  }

  async save(project: Pick<Project, 'datasetFolder'>, dataset: string): Promise<void> {
    await writeFileAtomic(fingerprintsFile(project, dataset), Buffer.concat([magic, this.bytes]));
  }

  /** Whether the record stands for the file as it is. */
  isFresh(index: number, size: number, time: number): boolean {
    const at = index * recordBytes;
    return (
      this.verdict(index) !== 'unknown' &&
      this.view.getFloat64(at + sizeAt, true) === size &&
      this.view.getFloat64(at + timeAt, true) === time
    );
  }

  set(index: number, { size, time, verdict, content, perceived, kind, pixels }: Fingerprint): void {
    const at = index * recordBytes;
    this.view.setFloat64(at + sizeAt, size, true);
    this.view.setFloat64(at + timeAt, time, true);
    this.bytes[at + verdictAt] = verdicts.indexOf(verdict);
    this.bytes[at + perceivedAt] = perceived ? kinds.indexOf(kind) : 0;
    this.view.setUint16(at + widthAt, Math.min(65_535, pixels?.width ?? 0), true);
    this.view.setUint16(at + heightAt, Math.min(65_535, pixels?.height ?? 0), true);
    this.bytes.fill(0, at + contentAt, at + recordBytes);
    this.bytes.set(content.subarray(0, 32), at + contentAt);
    if (!perceived) return;
    this.bytes.set(perceived.hash, at + hashAt);
    this.bytes.set(perceived.thumb, at + thumbAt);
  }

  verdict(index: number): FileVerdict {
    return verdicts[this.bytes[index * recordBytes + verdictAt] ?? 0] ?? 'unknown';
  }

  /** Whether every item has been looked at. */
  get complete(): boolean {
    for (let index = 0; index < this.count; index++) if (this.verdict(index) === 'unknown') return false;
    return true;
  }

  /** As what its look is known; only like is compared with like. */
  perceivedAs(index: number): (typeof kinds)[number] {
    return kinds[this.bytes[index * recordBytes + perceivedAt] ?? 0] ?? 'none';
  }

  size(index: number): number {
    return this.view.getFloat64(index * recordBytes + sizeAt, true);
  }

  /** Width and height of the upright picture or frame; null where it could not be read. */
  pixels(index: number): { readonly width: number; readonly height: number } | null {
    const at = index * recordBytes;
    const [width, height] = [this.view.getUint16(at + widthAt, true), this.view.getUint16(at + heightAt, true)];
    return width > 0 && height > 0 ? { width, height } : null;
  }

  /** SHA-256 of the content in hex. */
  content(index: number): string {
    const at = index * recordBytes + contentAt;
    return Buffer.from(this.bytes.subarray(at, at + 32)).toString('hex');
  }
}

/** Item ids are hexadecimal; anything else is folded into eight bytes. */
function idBytes(id: string): Uint8Array {
  if (/^[0-9a-f]{16}$/.test(id)) return Buffer.from(id, 'hex');
  const folded = Buffer.alloc(8);
  Buffer.from(id).forEach((value, index) => {
    folded[index % 8] = ((folded[index % 8] ?? 0) * 31 + value) & 255;
  });
  return folded;
}
