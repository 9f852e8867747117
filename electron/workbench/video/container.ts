import { open } from 'node:fs/promises';
import { systemCode } from '@workbench/project/file-errors';
import { videoError } from './video-error';

/** Containers that are read, each with the name of FFmpeg's demuxer for it. */
export const demuxers = { avi: 'avi', mp4: 'mov', mov: 'mov', webm: 'matroska', mkv: 'matroska' } as const;
export type Container = keyof typeof demuxers;

/** File name endings that are taken for video. */
export const videoExtensions: readonly string[] = ['.avi', '.mp4', '.m4v', '.mov', '.webm', '.mkv'];

export function hasVideoName(path: string): boolean {
  const lower = path.toLowerCase();
  return videoExtensions.some((extension) => lower.endsWith(extension));
}

/**
 * The container by the file's first bytes, whatever its name says. The decoder is told this one and no other, so that a
 * file cannot pass itself off as a playlist that reads other files.
 * @throws AppError with `data.reason` `missing`, `no-permission`, `unreadable`, `empty` or `not-a-video`
 */
export async function readContainer(path: string, name: string): Promise<Container> {
  const head = new Uint8Array(64);
  let length: number;
  try {
    const file = await open(path, 'r');
    try {
      length = (await file.read(head, 0, head.length, 0)).bytesRead;
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') throw videoError(name, 'missing', 'is not there', 'not-found');
    if (code === 'EACCES' || code === 'EPERM')
      throw videoError(name, 'no-permission', 'may not be read (no permission)', 'permission');
    if (code === undefined) throw error;
    throw videoError(name, 'unreadable', `cannot be read (${code})`);
  }
  if (length === 0) throw videoError(name, 'empty', 'is empty (zero bytes)');
  const container = containerOf(head.subarray(0, length));
  if (!container) throw videoError(name, 'not-a-video', 'is not an AVI, MP4, MOV or WebM video');
  return container;
}

const ascii = (bytes: Uint8Array, from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));

/** By the signatures of RIFF (AVI), ISO base media and QuickTime (first box), and EBML (Matroska, WebM). */
export function containerOf(head: Uint8Array): Container | undefined {
  if (ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 12) === 'AVI ') return 'avi';
  const box = ascii(head, 4, 8);
  if (box === 'ftyp') return ascii(head, 8, 12) === 'qt  ' ? 'mov' : 'mp4';
  if (['moov', 'mdat', 'wide', 'free', 'skip', 'pnot'].includes(box)) return 'mov';
  if (head[0] === 0x1a && head[1] === 0x45 && head[2] === 0xdf && head[3] === 0xa3)
    return ascii(head, 0, head.length).includes('webm') ? 'webm' : 'mkv';
  return undefined;
}
