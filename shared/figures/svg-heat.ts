import type { HeatCell, HeatFigure } from './figure';
import { element, fit, line, text, type Drawing, type Pen } from './svg-elements';
import { heatColour } from './theme';

const labelWidth = 86;
const headHeight = 20;
const cellHeight = 42;
const gap = 2;

/** Draws the table, its colour range and what a frame means. */
export function drawHeat(figure: HeatFigure, pen: Pen): Drawing {
  const { theme, fontSize } = pen;
  const columnWidth = (pen.width - labelWidth) / Math.max(1, figure.columns.length);
  const parts = [text(figure.corner, 0, 12, { fill: theme.faintText })];
  figure.columns.forEach((column, index) => {
    parts.push(
      text(fit(column, columnWidth, fontSize), labelWidth + (index + 0.5) * columnWidth, 12, {
        'text-anchor': 'middle',
        fill: theme.secondaryText,
      }),
    );
  });
  figure.rows.forEach((row, rowIndex) => {
    const top = headHeight + rowIndex * cellHeight;
    parts.push(text(fit(row.label, labelWidth - 6, fontSize), 0, top + cellHeight / 2 + 3, { fill: theme.text }));
    row.cells.forEach((cell, column) => {
      parts.push(drawCell(cell, labelWidth + column * columnWidth, top, columnWidth, figure, pen));
    });
  });
  const bottom = headHeight + figure.rows.length * cellHeight;
  return { markup: parts.join('') + drawRange(figure, bottom + 10, pen), height: bottom + 30 };
}

function drawCell(cell: HeatCell, x: number, y: number, columnWidth: number, { range }: HeatFigure, pen: Pen): string {
  const { theme, fontSize } = pen;
  const box = { x: x + gap / 2, y: y + gap / 2, width: columnWidth - gap, height: cellHeight - gap };
  const middle = x + columnWidth / 2;
  if (cell.value === null)
    return [
      hatch(box.x, box.y, box.width, box.height, theme.hatch),
      text(cell.text, middle, y + cellHeight / 2 + 4, { 'text-anchor': 'middle', fill: theme.faintText }),
    ].join('');
  const colour = heatColour(theme, (cell.value - range[0]) / (range[1] - range[0]));
  const centred = { 'text-anchor': 'middle', fill: colour.text };
  return [
    element('rect', { ...box, rx: 2, fill: colour.fill }),
    cell.framed
      ? element('rect', {
          x: box.x + 0.75,
          y: box.y + 0.75,
          width: box.width - 1.5,
          height: box.height - 1.5,
          rx: 2,
          fill: 'none',
          stroke: theme.frame,
          'stroke-width': 1.5,
        })
      : '',
    text(cell.text, middle, y + 18, { ...centred, 'font-size': fontSize + 2, 'font-weight': 600 }),
    text(cell.subtext, middle, y + 32, { ...centred, 'font-size': fontSize - 1 }),
  ].join('');
}

/** Diagonal lines clipped to a box: the sign of "not run". */
function hatch(x: number, y: number, width: number, height: number, stroke: string): string {
  const lines: string[] = [];
  for (let offset = 6; offset < width + height; offset += 7) {
    const startX = Math.max(0, offset - height);
    const endX = Math.min(width, offset);
    lines.push(line(startX, offset - startX, endX, offset - endX, { stroke }));
  }
  return element('g', { transform: `translate(${x.toFixed(2)} ${y.toFixed(2)})` }, lines);
}

function drawRange(figure: HeatFigure, y: number, { theme, width }: Pen): string {
  const steps = 24;
  const barWidth = 110;
  const left = 36;
  const bars = Array.from({ length: steps }, (_, step) =>
    element('rect', {
      x: left + (step * barWidth) / steps,
      y,
      width: barWidth / steps + 0.3,
      height: 7,
      fill: heatColour(theme, step / (steps - 1)).fill,
    }),
  );
  const right = width - 86;
  return [
    text(figure.rangeLabels[0], left - 6, y + 8, { 'text-anchor': 'end', fill: theme.faintText }),
    ...bars,
    text(figure.rangeLabels[1], left + barWidth + 6, y + 8, { fill: theme.faintText }),
    element('rect', { x: right - 16, y: y - 2, width: 12, height: 11, rx: 2, fill: 'none', stroke: theme.frame }),
    text(figure.frameMeaning, right, y + 8, { fill: theme.faintText }),
  ].join('');
}
