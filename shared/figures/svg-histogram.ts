import type { HistogramFigure, HistogramRow } from './figure';
import { axisPosition } from './scales';
import { element, fit, line, text, type Drawing, type Pen } from './svg-elements';

const rowHeight = 58;
const barHeight = 46;
const labelWidth = 112;

/** Draws one row of bars a class, errors in full colour, and the threshold through all of them. */
export function drawHistogram(figure: HistogramFigure, pen: Pen): Drawing {
  const { theme } = pen;
  const width = pen.width - labelWidth - 8;
  const bottom = figure.rows.length * rowHeight;
  const parts = figure.rows.map((row, index) => drawRow(row, index * rowHeight, width, pen));
  for (const tick of figure.x.ticks) {
    const x = labelWidth + axisPosition(figure.x, tick.value) * width;
    parts.push(text(tick.label, x, bottom + 14, { 'text-anchor': 'middle', fill: theme.secondaryText }));
  }
  parts.push(
    text(figure.x.title, labelWidth + width / 2, bottom + 30, { 'text-anchor': 'middle', fill: theme.secondaryText }),
  );
  if (figure.threshold !== null) {
    const position = axisPosition(figure.x, figure.threshold);
    if (position >= 0 && position <= 1) {
      const x = labelWidth + position * width;
      parts.push(line(x, 0, x, bottom, { stroke: theme.text, 'stroke-width': 1.5 }));
    }
  }
  return { markup: parts.join(''), height: bottom + 38 };
}

function drawRow(row: HistogramRow, top: number, width: number, { theme, fontSize }: Pen): string {
  const base = top + rowHeight - 4;
  const bins = row.counts.length;
  let tallest = 1;
  for (let bin = 0; bin < bins; bin++) tallest = Math.max(tallest, row.counts[bin] ?? 0);
  const unit = barHeight / tallest;
  const fill = theme.colours[row.colour];
  const bars: string[] = [];
  for (let bin = 0; bin < bins; bin++) {
    const count = row.counts[bin] ?? 0;
    if (count === 0) continue;
    const x = labelWidth + (bin / bins) * width + 0.5;
    const barWidth = Math.max(0.5, width / bins - 1);
    const wrong = (row.wrongCounts[bin] ?? 0) * unit;
    const right = count * unit - wrong;
    if (right > 0)
      bars.push(
        element('rect', {
          x,
          y: base - count * unit,
          width: barWidth,
          height: right,
          fill,
          'fill-opacity': row.wrong === null ? 0.8 : 0.38,
        }),
      );
    if (wrong > 0) bars.push(element('rect', { x, y: base - wrong, width: barWidth, height: wrong, fill }));
  }
  const count = row.wrong === null ? `${row.total} samples` : `${row.wrong} of ${row.total} wrong`;
  return [
    text(fit(row.label, labelWidth - 8, fontSize), 0, top + 26, { fill: theme.text }),
    text(count, 0, top + 26 + fontSize * 1.3, { fill: theme.faintText, 'font-size': fontSize - 1 }),
    line(labelWidth, base, labelWidth + width, base, { stroke: theme.axis }),
    ...bars,
  ].join('');
}
