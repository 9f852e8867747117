/**
 * The icons: outlines on a 16 × 16 grid (the logo on 20 × 20), drawn by strokes alone. `solid` parts are filled.
 * Circles and boxes are spelt as arcs and lines, so that one path a part is all there is.
 */
export interface IconShape {
  readonly strokes: readonly string[];
  readonly solid?: readonly string[];
  readonly faint?: readonly string[];
  readonly dashed?: readonly string[];
}

const ring = (radius: number, x = 8, y = 8) =>
  `M${x - radius} ${y}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0z`;
const rectangle = (x: number, y: number, width: number, height: number) => `M${x} ${y}h${width}v${height}h${-width}z`;
const octagon = 'M5.4 2.2h5.2l3.2 3.2v5.2l-3.2 3.2H5.4l-3.2-3.2V5.4z';
const dots = (...points: [number, number][]) => points.map(([x, y]) => ring(0.9, x, y));

export const iconShapes = {
  logo: {
    strokes: [
      'M2 16.6c2.9-.5 4.2-2.6 5.1-5.7C8.100 7.400 8.900 4.100 11.100 4.100c2.100 0 3 2.200 3.900 4.700s1.600 4.500 3 5.100',
      'M6.100 16.700c2.100-.9 2.800-2.900 3.400-5 .5-1.900.9-3.500 1.800-3.500s1.500 1.500 2 3.100c.6 2 1.200 3.700 2.600 4.500',
      'M9.500 16.600c1-.6 1.300-1.600 1.500-2.500.2-.8.4-1.400.8-1.400s.6.6.8 1.300c.3.9.6 1.700 1.300 2.200',
    ],
  },
  datasets: {
    strokes: [rectangle(2, 5.5, 9, 8), 'M4.8 3.200h8.700v8', 'M2.200 11.800 5 9.100l2.100 2 1.700-1.500 2.200 2.100'],
  },
  experiments: {
    strokes: [
      'M5.800 2.200h4.400',
      'M6.700 2.200v4.200l-3.800 6.300c-.4.700 0 1.300.8 1.300h8.600c.8 0 1.200-.6.800-1.300L9.300 6.400V2.200',
      'M4.900 10h6.200',
    ],
  },
  runs: { strokes: ['M2 13.600h12', 'M2 10.900 5.100 7.500l2.400 2L11 4.700l3 2.600'] },
  depth: {
    strokes: [
      'M8 2.300 14 5.400 8 8.500 2 5.400z',
      'M2.400 8.300 8 11.200l5.600-2.900',
      'M2.400 11 8 13.900l5.600-2.900',
    ],
  },
  reports: {
    strokes: [rectangle(2, 2.6, 12, 10.8), 'M2 6.200h12', 'M2 9.800h12', 'M6 6.200v7.200', 'M10 6.200v7.200'],
  },
  engine: {
    strokes: [
      rectangle(4, 4, 8, 8),
      rectangle(6.4, 6.4, 3.2, 3.2),
      'M6 1.900V4M10 1.900V4M6 12v2.100M10 12v2.100M1.900 6H4M1.900 10H4M12 6h2.100M12 10h2.100',
    ],
  },
  settings: {
    strokes: [
      'M2 4.600h5.900M11.500 4.600H14',
      'M2 11.400h2.500M8.100 11.400H14',
      ring(1.8, 9.7, 4.6),
      ring(1.8, 6.3, 11.4),
    ],
  },
  search: { strokes: [ring(4.4, 7, 7), 'M10.300 10.300 13.800 13.800'] },
  'chevron-down': { strokes: ['M4 6.200 8 10.100l4-3.900'] },
  'chevron-up': { strokes: ['M4 9.800 8 5.900l4 3.900'] },
  'chevron-right': { strokes: ['M6.200 4 10.100 8l-3.900 4'] },
  'chevron-left': { strokes: ['M9.800 4 5.900 8l3.900 4'] },
  plus: { strokes: ['M8 3.100v9.800M3.100 8h9.800'] },
  minus: { strokes: ['M3.100 8h9.800'] },
  close: { strokes: ['M4.100 4.100l7.800 7.800M11.900 4.100l-7.800 7.800'] },
  check: { strokes: ['M3 8.400 6.400 11.700 13 4.900'] },
  'check-circle': { strokes: [ring(6), 'M5.300 8.200 7.200 10.100l3.500-3.900'] },
  warning: { strokes: ['M8 2.400 14.200 13.200H1.800z', 'M8 6.500v3.200', 'M8 11.400v.1'] },
  error: { strokes: [octagon, 'M8 5v3.700', 'M8 10.800v.1'] },
  info: { strokes: [ring(6), 'M8 7.400v3.400', 'M8 5.200v.1'] },
  clock: { strokes: [ring(6), 'M8 4.700V8l2.300 1.500'] },
  play: { strokes: ['M5 3.300 12.400 8 5 12.700z'] },
  pause: { strokes: ['M5.600 3.500v9M10.400 3.500v9'] },
  stop: { strokes: [rectangle(4, 4, 8, 8)] },
  'save-stop': { strokes: ['M3 3h8.100L13 4.900V13H3z', rectangle(6.1, 7.2, 3.8, 3.8)] },
  kill: { strokes: [ring(6), 'M5.900 5.900l4.200 4.200M10.100 5.900l-4.200 4.200'] },
  more: { strokes: [], solid: dots([3.5, 8], [8, 8], [12.5, 8]) },
  grip: { strokes: [], solid: dots([6, 4], [10, 4], [6, 8], [10, 8], [6, 12], [10, 12]) },
  folder: { strokes: ['M2 12.600v-9h4.100l1.500 1.700H14v7.300z'] },
  copy: { strokes: [rectangle(5.5, 5.5, 8, 8), 'M10.500 5.500V2.600h-8v8h3'] },
  download: { strokes: ['M8 2.400v7.700', 'M4.900 7.200 8 10.200l3.100-3', 'M2.500 13.500h11'] },
  import: { strokes: ['M8 10.100V2.500', 'M4.900 5.400 8 2.400l3.100 3', 'M2.500 10.100v3.400h11v-3.400'] },
  star: { strokes: ['M8 2.200l1.750 3.700 4 .5-2.950 2.750.8 4L8 11.200l-3.600 1.950.8-4L2.250 6.400l4-.5z'] },
  starred: {
    strokes: [],
    solid: ['M8 2.200l1.750 3.700 4 .5-2.950 2.750.8 4L8 11.200l-3.600 1.950.8-4L2.250 6.400l4-.5z'],
  },
  archive: { strokes: [rectangle(2, 3, 12, 3), 'M3 6v7h10V6', 'M6.300 8.600h3.400'] },
  filter: { strokes: ['M2 3.400h12L9.500 8.800v4.300l-3-1.600V8.800z'] },
  eye: {
    strokes: [
      'M1.600 8C3 5.300 5.200 3.900 8 3.900S13 5.300 14.400 8c-1.400 2.700-3.600 4.100-6.400 4.100S3 10.700 1.600 8z',
      ring(1.8),
    ],
  },
  tag: { strokes: ['M2.500 2.500h5l6 6-5 5-6-6z'], solid: [ring(0.9, 5.2, 5.2)] },
  ban: { strokes: [ring(6), 'M3.800 3.800l8.400 8.400'] },
  terminal: { strokes: [rectangle(1.6, 2.6, 12.8, 10.8), 'M4.300 6.100l2 1.900-2 1.900', 'M8 10.200h3.500'] },
  undo: { strokes: ['M5.400 3 2.600 6l2.800 3', 'M2.600 6h7a4 4 0 0 1 0 8H6.200'] },
  refresh: {
    strokes: [
      'M13.300 6.600A5.600 5.600 0 0 0 3.300 5',
      'M2.700 9.400A5.600 5.600 0 0 0 12.700 11',
      'M3 2.100v3.100h3.100',
      'M13 13.900v-3.100H9.900',
    ],
  },
  pin: { strokes: ['M5.900 2.500h4.200', 'M7 2.500v4L4.600 9h6.800L9 6.500v-4', 'M8 9v4.900'] },
  grid: {
    strokes: [
      rectangle(2.5, 2.5, 4.4, 4.4),
      rectangle(9.1, 2.5, 4.4, 4.4),
      rectangle(2.5, 9.1, 4.4, 4.4),
      rectangle(9.1, 9.1, 4.4, 4.4),
    ],
  },
  list: { strokes: ['M2.500 4h11M2.500 8h11M2.500 12h11'] },
  sort: {
    strokes: ['M5 3v9.900', 'M2.600 10.500 5 12.900l2.400-2.400', 'M11 13V3.100', 'M8.600 5.500 11 3.100l2.400 2.400'],
  },
  maximize: { strokes: [rectangle(4, 4, 8, 8)] },
  lock: { strokes: [rectangle(3.5, 7, 9, 6.5), 'M5.500 7V5.100a2.500 2.500 0 0 1 5 0V7'] },
  disk: { strokes: ['M2.500 10 4 4.100h8L13.500 10v3h-11z', 'M2.500 10h11'], solid: [ring(0.7, 11.2, 11.5)] },
  cube: { strokes: ['M8 1.900 13.500 5v6L8 14.100 2.500 11V5z', 'M2.500 5 8 8.100 13.500 5', 'M8 8.100v6'] },
  crosshair: { strokes: [ring(4.5), 'M8 1.500v4M8 10.500v4M1.500 8h4M10.500 8h4'] },
  user: { strokes: [ring(2.7, 8, 5.5), 'M3 13.900c.4-2.900 2.300-4.400 5-4.400s4.600 1.500 5 4.400'] },
  shield: { strokes: ['M8 1.900 13 3.600v3.900c0 3.200-2 5.500-5 6.600-3-1.100-5-3.400-5-6.600V3.600z'] },
  columns: { strokes: [rectangle(2, 2.5, 12, 11), 'M6 2.500v11M10 2.500v11'] },
  'panel-right': { strokes: [rectangle(2, 2.5, 12, 11), 'M10 2.500v11'] },
  'panel-left': { strokes: [rectangle(2, 2.5, 12, 11), 'M6 2.500v11'] },
  zoom: { strokes: [ring(4.4, 7, 7), 'M10.300 10.300l3.500 3.500', 'M5 7h4M7 5v4'] },
  document: { strokes: ['M3.500 1.900h6l3 3v9.200h-9z', 'M9.500 1.900v3h3', 'M5.800 8.100h4.400M5.800 10.800h4.400'] },
  table: { strokes: [rectangle(2, 3, 12, 10), 'M2 6.300h12M2 9.700h12M7 6.300V13'] },
  braces: {
    strokes: [
      'M6 2.500c-1.600 0-1.500 1.400-1.500 2.700S4 7.500 2.700 8c1.300.5 1.800 1.600 1.800 2.800s-.1 2.700 1.500 2.700',
      'M10 2.500c1.600 0 1.500 1.400 1.500 2.700s.5 2.300 1.800 2.800c-1.300.5-1.800 1.600-1.800 2.800s.1 2.700-1.500 2.700',
    ],
  },
  keyboard: {
    strokes: [rectangle(1.5, 4, 13, 8), 'M4.200 6.500h.1M6.800 6.500h.1M9.400 6.500h.1M11.900 6.500h.1', 'M5 9.500h6'],
  },
  theme: { strokes: [ring(5.5)], solid: ['M8 2.500a5.500 5.500 0 0 1 0 11z'] },
  queued: { strokes: [], dashed: [ring(5.5)] },
  starting: { strokes: [ring(5.5), 'M8 5v3'] },
  running: {
    strokes: ['M8 2.500A5.500 5.500 0 0 1 13.500 8'],
    faint: [ring(5.5)],
    solid: ['M6.900 5.900 10.100 8l-3.200 2.100z'],
  },
  stopping: { strokes: [rectangle(6, 6, 4, 4)], faint: [ring(5.5)] },
  stopped: { strokes: [ring(5.5)], solid: [rectangle(6.2, 6.2, 3.6, 3.6)] },
  stalled: {
    strokes: [
      'M4.500 2.500h7M4.500 13.500h7',
      'M5.300 2.500c0 3 2.700 3.700 2.700 5.500s-2.700 2.500-2.700 5.500',
      'M10.700 2.500c0 3-2.700 3.700-2.700 5.500s2.700 2.500 2.700 5.500',
    ],
  },
  crashed: { strokes: [octagon, 'M6.200 6.200l3.600 3.600M9.800 6.200l-3.600 3.600'] },
  done: { strokes: [ring(5.5), 'M5.500 8.200 7.200 9.900l3.300-3.600'] },
} as const satisfies Record<string, IconShape>;

export type IconName = keyof typeof iconShapes;
