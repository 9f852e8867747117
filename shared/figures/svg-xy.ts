import type { Axis, Mark, Series, XyFigure } from './figure';
import { axisPosition } from './scales';
import { element, line, round, text, textWidth, type Drawing, type Pen } from './svg-elements';

interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Draws lines over two axes, with the legend below. */
export function drawXy(figure: XyFigure, pen: Pen): Drawing {
  const left = 46;
  const width = pen.width - left - 14;
  const frame: Frame = { left, top: 6, width, height: figure.square ? width : width * 0.6 };
  const axesBottom = frame.top + frame.height + 36;
  const legend = drawLegend(figure, pen, axesBottom + 6);
  return {
    markup: [
      drawAxes(figure, frame, pen),
      // a nested svg cuts what lies outside the frame
      element('svg', { x: frame.left, y: frame.top, width: frame.width, height: frame.height, overflow: 'hidden' }, [
        ...figure.series.map((series) => drawBand(series, figure, frame, pen)),
        ...figure.series.map((series) => drawLine(series, figure, frame, pen)),
        ...figure.marks.map((mark) => drawMark(mark, figure, frame, pen)),
      ]),
      legend.markup,
    ].join(''),
    height: axesBottom + legend.height + 6,
  };
}

function drawAxes({ x, y }: XyFigure, frame: Frame, { theme }: Pen): string {
  const bottom = frame.top + frame.height;
  const right = frame.left + frame.width;
  const parts: string[] = [];
  for (const tick of visible(y)) {
    const position = bottom - axisPosition(y, tick.value) * frame.height;
    if (y.grid) parts.push(line(frame.left, position, right, position, { stroke: theme.grid }));
    parts.push(text(tick.label, frame.left - 6, position + 4, { 'text-anchor': 'end', fill: theme.secondaryText }));
  }
  for (const tick of visible(x)) {
    const position = frame.left + axisPosition(x, tick.value) * frame.width;
    if (x.grid) parts.push(line(position, frame.top, position, bottom, { stroke: theme.grid }));
    parts.push(text(tick.label, position, bottom + 15, { 'text-anchor': 'middle', fill: theme.secondaryText }));
  }
  parts.push(line(frame.left, bottom, right, bottom, { stroke: theme.axis }));
  const middle = frame.top + frame.height / 2;
  parts.push(
    text(x.title, frame.left + frame.width / 2, bottom + 31, { 'text-anchor': 'middle', fill: theme.secondaryText }),
    text(y.title, 11, middle, {
      'text-anchor': 'middle',
      fill: theme.secondaryText,
      transform: `rotate(-90 11 ${round(middle)})`,
    }),
  );
  return parts.join('');
}

function drawLine(series: Series, { x, y }: XyFigure, frame: Frame, { theme }: Pen): string {
  const path = pathOf(series.x, series.y, x, y, frame);
  if (path === '') return '';
  return element('path', {
    d: path,
    fill: 'none',
    stroke: theme.colours[series.colour],
    'stroke-width': series.width,
    'stroke-opacity': series.opacity === 1 ? undefined : series.opacity,
    'stroke-dasharray': series.dash.length > 0 ? series.dash.join(' ') : undefined,
    'stroke-linejoin': 'round',
  });
}

function drawBand({ x: xs, band, colour }: Series, { x, y }: XyFigure, frame: Frame, { theme }: Pen): string {
  if (!band) return '';
  const forth = pathOf(xs, band.high, x, y, frame);
  const back = pathOf(Array.from(xs).reverse(), Array.from(band.low).reverse(), x, y, frame).replace('M', 'L');
  if (forth === '') return '';
  return element('path', { d: `${forth}${back}Z`, fill: theme.colours[colour], 'fill-opacity': 0.22 });
}

/** A path through the finite points; a gap in the data is a gap in the line. */
function pathOf(xs: ArrayLike<number>, ys: ArrayLike<number>, x: Axis, y: Axis, frame: Frame): string {
  let path = '';
  let command = 'M';
  let previous = '';
  for (let i = 0; i < xs.length; i++) {
    const across = axisPosition(x, xs[i] ?? NaN) * frame.width;
    const down = (1 - axisPosition(y, ys[i] ?? NaN)) * frame.height;
    if (!Number.isFinite(across) || !Number.isFinite(down)) {
      command = 'M';
      continue;
    }
    const point = `${across.toFixed(1)} ${down.toFixed(1)}`;
    if (command === 'L' && point === previous) continue;
    path += command + point;
    previous = point;
    command = 'L';
  }
  return path;
}

function drawMark(mark: Mark, { x, y }: XyFigure, frame: Frame, { theme }: Pen): string {
  switch (mark.kind) {
    case 'diagonal':
      return line(0, frame.height, frame.width, 0, { stroke: theme.axis, 'stroke-dasharray': '2 3' });
    case 'vertical': {
      const across = axisPosition(x, mark.x) * frame.width;
      return line(across, 0, across, frame.height, { stroke: theme.text, 'stroke-width': 1.5 });
    }
    case 'ring':
      return element('circle', {
        cx: axisPosition(x, mark.x) * frame.width,
        cy: (1 - axisPosition(y, mark.y)) * frame.height,
        r: 4,
        fill: theme.background,
        stroke: theme.colours[mark.colour],
        'stroke-width': 1.5,
      });
  }
}

function drawLegend(figure: XyFigure, { theme, fontSize, width }: Pen, top: number): Drawing {
  const entries: { label: string; sample: (x: number, y: number) => string }[] = [];
  for (const { label, colour, dash, width: lineWidth } of figure.series) {
    if (label === null) continue;
    const stroke = { stroke: theme.colours[colour], 'stroke-width': lineWidth };
    const dashes = dash.length > 0 ? dash.join(' ') : undefined;
    entries.push({ label, sample: (x, y) => line(x, y, x + 20, y, { ...stroke, 'stroke-dasharray': dashes }) });
  }
  const ring = figure.marks.find((mark) => mark.kind === 'ring');
  if (ring) {
    const shape = { r: 4, fill: 'none', stroke: theme.colours[ring.colour], 'stroke-width': 1.5 };
    entries.push({ label: ring.label, sample: (x, y) => element('circle', { cx: x + 10, cy: y, ...shape }) });
  }
  const rowHeight = fontSize * 1.6;
  let x = 0;
  let row = 0;
  const parts = entries.map(({ label, sample }) => {
    const needed = 26 + textWidth(label, fontSize) + 16;
    if (x > 0 && x + needed > width) {
      x = 0;
      row++;
    }
    const y = top + row * rowHeight + fontSize / 2;
    const drawn = sample(x, y) + text(label, x + 26, y + fontSize * 0.36, { fill: theme.text });
    x += needed;
    return drawn;
  });
  return { markup: parts.join(''), height: entries.length === 0 ? 0 : (row + 1) * rowHeight };
}

function visible(axis: Axis) {
  return axis.ticks.filter(({ value }) => {
    const position = axisPosition(axis, value);
    return position >= -1e-9 && position <= 1 + 1e-9;
  });
}
