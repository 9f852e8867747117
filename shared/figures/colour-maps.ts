import { z } from '@shared/zod';

/** Colour maps of depth. Changing one changes colours, never values. */
export const ColourMapName = z.enum(['viridis', 'turbo', 'grey']);
export type ColourMapName = z.infer<typeof ColourMapName>;

type Rgb = readonly [number, number, number];

/** Evenly spaced samples of the maps: viridis (Smith, van der Walt), turbo (Mikhailov), and the house's error map. */
const stops: Record<ColourMapName | 'error', readonly string[]> = {
  viridis: ['440154', '482878', '3e4a89', '31688e', '26828e', '1f9e89', '35b779', '6ece58', 'b5de2b', 'fde725'],
  turbo: ['30123b', '4662d7', '36aaf9', '1ae4b6', '72fe5e', 'c8ef34', 'faba39', 'f66b19', 'cb2a04', '7a0403'],
  grey: ['000000', 'ffffff'],
  // Blue = too far, grey at exactly 0, brown = too near.
  error: ['2166ac', '4393c3', '86b3cf', 'a3adb5', 'a8a8a8', 'bcab98', 'd39a5c', 'c96f1f', '8c4a06'],
};

function parse(hex: string): Rgb {
  const value = Number.parseInt(hex, 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

const tableSize = 256;
const tables = new Map<string, Uint32Array>();

/** 256 colours of a map, each a pixel's four bytes as one word, so that painting copies words. */
function tableOf(name: ColourMapName | 'error'): Uint32Array {
  const made = tables.get(name);
  if (made) return made;
  const colours = stops[name].map(parse);
  const bytes = new Uint8ClampedArray(4 * tableSize);
  for (let i = 0; i < tableSize; i++) {
    const place = (i / (tableSize - 1)) * (colours.length - 1);
    const left = Math.min(colours.length - 2, Math.floor(place));
    const from = colours[left] ?? [0, 0, 0];
    const to = colours[left + 1] ?? from;
    for (const channel of [0, 1, 2] as const)
      bytes[4 * i + channel] = from[channel] + (to[channel] - from[channel]) * (place - left);
    bytes[4 * i + 3] = 255;
  }
  const table = new Uint32Array(bytes.buffer);
  tables.set(name, table);
  return table;
}

export interface DepthColours {
  readonly map: ColourMapName | 'error';
  /** Values at the ends of the map. */
  readonly low: number;
  readonly high: number;
  /** Values below are left transparent; 0 hides none. */
  readonly hideBelow?: number;
}

/** Paints values as RGBA pixels; `pixels` starts at a multiple of four bytes, as those of `ImageData` do. */
export function paint(values: ArrayLike<number>, colours: DepthColours, pixels: Uint8ClampedArray): void {
  const table = tableOf(colours.map);
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, values.length);
  const { low } = colours;
  const scale = (tableSize - 1) / (colours.high - low || 1);
  const hideBelow = colours.hideBelow ?? 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    const entry = Math.round(Math.min(tableSize - 1, Math.max(0, (value - low) * scale)));
    words[i] = hideBelow > 0 && value < hideBelow ? 0 : (table[entry] ?? 0);
  }
}

/** Which of the map's 256 colours a value has. */
export function indexOfValue(value: number, low: number, high: number): number {
  const place = ((value - low) * (tableSize - 1)) / (high - low || 1);
  return Math.round(Math.min(tableSize - 1, Math.max(0, place)));
}

/** The map's 256 colours as RGB triples. */
export function colourTable(name: ColourMapName): [number, number, number][] {
  const bytes = new Uint8Array(tableOf(name).buffer);
  return Array.from({ length: tableSize }, (_, i) => [bytes[4 * i] ?? 0, bytes[4 * i + 1] ?? 0, bytes[4 * i + 2] ?? 0]);
}

/** Evenly spaced colours of the map, `#rrggbb`, low to high. */
export const rampStops = (name: ColourMapName | 'error'): string[] => stops[name].map((hex) => `#${hex}`);

/** The map as a CSS gradient from low to high. */
export function rampOf(name: ColourMapName | 'error'): string {
  return `linear-gradient(90deg, ${rampStops(name).join(', ')})`;
}
