import type { ColourRole } from './figure';

/** Colours of a drawn figure; values as in the interface's tokens, so file and window look alike. */
export interface FigureTheme {
  readonly background: string;
  readonly text: string;
  readonly secondaryText: string;
  readonly faintText: string;
  readonly grid: string;
  readonly axis: string;
  readonly hatch: string;
  /** Frame around same-domain cells. */
  readonly frame: string;
  readonly colours: Readonly<Record<ColourRole, string>>;
  /** Sequential ramp, by lightness. */
  readonly heat: readonly [string, string, string];
}

export const darkTheme: FigureTheme = {
  background: '#15181c',
  text: '#e7eaee',
  secondaryText: '#b0b8c2',
  faintText: '#909aa6',
  grid: '#242930',
  axis: '#4a525d',
  hatch: '#3a424d',
  frame: '#e7eaee',
  colours: {
    'series-1': '#7fabff',
    'series-2': '#f0a04b',
    'series-3': '#4cc4a6',
    'series-4': '#dc92d8',
    'series-5': '#efe58a',
    'series-6': '#9fd4f5',
    'series-7': '#b4bbc5',
    'bona-fide': '#57bfcd',
    attack: '#ee9b42',
    muted: '#909aa6',
    text: '#e7eaee',
  },
  heat: ['#1d2a3c', '#6e5434', '#ecba70'],
};

export const lightTheme: FigureTheme = {
  background: '#ffffff',
  text: '#15181c',
  secondaryText: '#454c56',
  faintText: '#5d6571',
  grid: '#e6e9ed',
  axis: '#9aa2ad',
  hatch: '#c3c9d1',
  frame: '#15181c',
  colours: {
    'series-1': '#2156c4',
    'series-2': '#b35900',
    'series-3': '#00755c',
    'series-4': '#98388f',
    'series-5': '#5a4a00',
    'series-6': '#2b8fc4',
    'series-7': '#5a626d',
    'bona-fide': '#08707f',
    attack: '#a05300',
    muted: '#5d6571',
    text: '#15181c',
  },
  heat: ['#eef3fb', '#f4d6a0', '#965414'],
};

/** Colour and dash of the n-th series (from 0); they repeat after seven. */
export function seriesStyle(index: number): { colour: ColourRole; dash: readonly number[] } {
  const number = ((index % 7) + 7) % 7;
  return { colour: seriesColours[number] ?? 'series-1', dash: seriesDashes[number] ?? [] };
}

const seriesColours: readonly ColourRole[] = [
  'series-1',
  'series-2',
  'series-3',
  'series-4',
  'series-5',
  'series-6',
  'series-7',
];
const seriesDashes: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [8, 3, 2, 3], [10, 4], [4, 2], [1, 2]];

/** Dots of a floor's line. */
export const floorDash: readonly number[] = [1, 3];

/** Fill of a heat cell and the text colour that reads on it. `share` is 0 at the range's low end and 1 at its high end. */
export function heatColour(theme: FigureTheme, share: number): { fill: string; text: string } {
  const clamped = Math.min(1, Math.max(0, share));
  const [low, middle, high] = theme.heat;
  const fill = clamped < 0.5 ? mix(low, middle, clamped * 2) : mix(middle, high, clamped * 2 - 1);
  const luminance = relativeLuminance(fill);
  const onBlack = (luminance + 0.05) / (relativeLuminance('#000000') + 0.05);
  const onWhite = 1.05 / (luminance + 0.05);
  return { fill, text: onBlack >= onWhite ? '#000000' : '#ffffff' };
}

function mix(from: string, to: string, share: number): string {
  const start = channels(from);
  const end = channels(to);
  const mixed = start.map((value, index) => Math.round(value + ((end[index] ?? value) - value) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

function channels(hex: string): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16));
}

/** WCAG relative luminance of a `#rrggbb` colour. */
function relativeLuminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = channels(hex).map((value) => {
    const channel = value / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
