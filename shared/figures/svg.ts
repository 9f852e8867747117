import type { Figure } from './figure';
import { drawHeat } from './svg-heat';
import { drawHistogram } from './svg-histogram';
import { element, text, wrap, type Drawing, type Pen } from './svg-elements';
import { drawXy } from './svg-xy';
import type { FigureTheme } from './theme';

export interface SvgOptions {
  /** Width in px of the drawing's own units. */
  readonly width?: number;
  /** Printed width, for example 84 mm for one column of a paper; without it the px width stands. */
  readonly widthMillimetres?: number;
  readonly fontFamily?: string;
  readonly fontSize?: number;
  /** Paint the theme's background; off for inlining into a page. */
  readonly background?: boolean;
  /** For a place inside an HTML page: leaves out the namespace, which a file needs. */
  readonly inline?: boolean;
}

const defaultFont = "Inter, system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif";
const titleHeight = 40;

/**
 * Draws a figure as a self-contained SVG document: no script, no style sheet, no reference to anything outside, text as
 * text in a font named by family.
 */
export function toSvg(figure: Figure, theme: FigureTheme, options: SvgOptions = {}): string {
  const { width = 420, fontSize = 11, fontFamily = defaultFont, background = true, inline = false } = options;
  const pen: Pen = { theme, fontSize, width };
  const body = drawBody(figure, pen);
  const noteLines = figure.note === null ? [] : wrap(figure.note, width - 8, fontSize);
  const lineHeight = fontSize * 1.4;
  const height = Math.ceil(titleHeight + body.height + noteLines.length * lineHeight + 6);
  const printed = options.widthMillimetres;
  const size =
    printed === undefined
      ? { width, height }
      : { width: `${printed}mm`, height: `${Number(((printed * height) / width).toFixed(2))}mm` };
  return element(
    'svg',
    {
      xmlns: inline ? undefined : 'http://www.w3.org/2000/svg',
      ...size,
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-label': `${figure.title}: ${figure.subtitle}`,
      'font-family': fontFamily,
      'font-size': fontSize,
    },
    [
      background ? element('rect', { width, height, fill: theme.background }) : '',
      text(figure.title, 0, 14, { fill: theme.text, 'font-size': fontSize + 2, 'font-weight': 600 }),
      text(figure.subtitle, 0, 14 + lineHeight + 2, { fill: theme.faintText }),
      element('g', { transform: `translate(0 ${titleHeight})` }, [body.markup]),
      ...noteLines.map((line, index) =>
        text(line, 0, titleHeight + body.height + (index + 1) * lineHeight - 2, { fill: theme.faintText }),
      ),
    ],
  );
}

function drawBody(figure: Figure, pen: Pen): Drawing {
  switch (figure.kind) {
    case 'xy':
      return drawXy(figure, pen);
    case 'histogram':
      return drawHistogram(figure, pen);
    case 'heat':
      return drawHeat(figure, pen);
  }
}
