import type { SetName } from '@shared/domain/names';

/** `from` … `to`, both included. */
export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** `7` → `07`. */
export function padded(value: number | string, digits: number): string {
  return String(value).padStart(digits, '0');
}

/** A number's text without zeros before it. */
export function plain(text: string | undefined): string {
  return String(Number(text ?? 'NaN'));
}

/** `a/b.avi` → `a/b.txt`. */
export function withExtension(path: string, extension: string): string {
  return path.replace(/\.[^./]+$/, extension);
}

export function stem(path: string): string {
  return (path.split(/[\\/]/).at(-1) ?? path).replace(/\.[A-Za-z][A-Za-z0-9]*$/, '');
}

/** Lines that say something, with their numbers from 1. */
export function linesOf(text: string): { line: string; number: number }[] {
  return text
    .split(/\r?\n/)
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '');
}

const setWords: Readonly<Record<string, SetName>> = {
  train: 'train',
  training: 'train',
  dev: 'dev',
  devel: 'dev',
  development: 'dev',
  val: 'dev',
  validation: 'dev',
  test: 'test',
  testing: 'test',
  eval: 'test',
  evaluation: 'test',
};

/** The set that a folder or a word names. */
export function setNamed(word: string | undefined): SetName | null {
  return setWords[(word ?? '').toLowerCase()] ?? null;
}
