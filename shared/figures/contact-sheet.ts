import { type ColourMapName, rampStops } from './colour-maps';
import { element, fit, text, wrap } from './svg-elements';
import { lightTheme } from './theme';

/** Rows of pictures under common columns, with the colour bar that all maps share. */
export interface ContactSheet {
  readonly title: string;
  readonly subtitle: string;
  readonly note: string | null;
  readonly columns: readonly { readonly label: string; readonly attack: boolean }[];
  /** Pictures as data URIs, one a column; null leaves a place empty. */
  readonly rows: readonly { readonly label: string; readonly pictures: readonly (string | null)[] }[];
  readonly bar: { readonly map: ColourMapName; readonly low: string; readonly high: string };
}

export interface SheetSize {
  /** In the drawing's own px. */
  readonly width: number;
  readonly widthMillimetres: number;
  readonly fontSize: number;
}

/** Draws the sheet as a self-contained SVG document; pictures are squares as wide as the columns allow. */
export function drawContactSheet(sheet: ContactSheet, { width, widthMillimetres, fontSize }: SheetSize): string {
  const theme = lightTheme;
  const gap = 4;
  const labelWidth = Math.min(0.3 * width, 110);
  const side = (width - labelWidth) / Math.max(1, sheet.columns.length) - gap;
  const line = fontSize * 1.4;
  const xOf = (column: number) => labelWidth + column * (side + gap);
  const parts = [
    text(sheet.title, 0, line, { fill: theme.text, 'font-size': fontSize + 2, 'font-weight': 600 }),
    text(fit(sheet.subtitle, width, fontSize), 0, 2 * line + 2, { fill: theme.secondaryText }),
  ];
  let top = 3 * line + 4;
  for (const [place, { label, attack }] of sheet.columns.entries()) {
    // A letter beside the name: whether it is an attack is not told by colour alone.
    const words = fit(`${attack ? 'A' : 'B'} ${label}`, side, fontSize - 1);
    const fill = attack ? theme.colours.attack : theme.colours['bona-fide'];
    parts.push(text(words, xOf(place), top, { fill, 'font-size': fontSize - 1 }));
  }
  top += 5;
  for (const { label, pictures } of sheet.rows) {
    const lines = wrap(label, labelWidth - 6, fontSize).slice(0, 3);
    parts.push(
      ...lines.map((words, row) =>
        text(words, 0, top + side / 2 + (row - (lines.length - 1) / 2) * line, { fill: theme.text }),
      ),
      ...pictures.map((picture, place) =>
        picture === null
          ? element('rect', { x: xOf(place), y: top, width: side, height: side, fill: theme.grid })
          : element('image', { x: xOf(place), y: top, width: side, height: side, href: picture }),
      ),
    );
    top += side + gap;
  }
  const barWidth = Math.min(200, width - labelWidth);
  const stops = rampStops(sheet.bar.map);
  parts.push(
    element('defs', {}, [
      element('linearGradient', { id: 'bar' }, [
        ...stops.map((colour, stop) => element('stop', { offset: stop / (stops.length - 1), 'stop-color': colour })),
      ]),
    ]),
    element('rect', { x: labelWidth, y: top + 4, width: barWidth, height: 8, fill: 'url(#bar)' }),
    text(sheet.bar.low, labelWidth, top + 14 + fontSize, { fill: theme.secondaryText }),
    text(sheet.bar.high, labelWidth + barWidth, top + 14 + fontSize, {
      fill: theme.secondaryText,
      'text-anchor': 'end',
    }),
  );
  top += 22 + fontSize;
  const note = wrap(`B bona fide, A attack.${sheet.note === null ? '' : ` ${sheet.note}`}`, width, fontSize - 1);
  parts.push(
    ...note.map((words, row) =>
      text(words, 0, top + (row + 1) * line, { fill: theme.faintText, 'font-size': fontSize - 1 }),
    ),
  );
  const height = Math.ceil(top + (note.length + 0.5) * line);
  const millimetres = Number(((widthMillimetres * height) / width).toFixed(2));
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width: `${String(widthMillimetres)}mm`,
      height: `${String(millimetres)}mm`,
      viewBox: `0 0 ${String(width)} ${String(height)}`,
      role: 'img',
      'aria-label': sheet.title,
      'font-family': 'Inter',
      'font-size': fontSize,
    },
    [element('rect', { width, height, fill: theme.background }), ...parts],
  );
}
