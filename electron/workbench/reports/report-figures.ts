import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { FigureFormat, ReportData } from '@shared/domain/report';
import type { Figure } from '@shared/figures/figure';
import { toSvg } from '@shared/figures/svg';
import { lightTheme } from '@shared/figures/theme';
import { writeFileAtomic } from '@workbench/project/files';
import { curveFigures } from './curve-figures';
import { figureFile, pixelsPerMillimetre } from './figure-files';

/** 8 pt: captions of papers are no smaller, and the smallest text of a figure is a point below. */
const fontSize = 8 * (96 / 72);

/** The figures of a report under the names of their files. */
export function reportFigures(data: ReportData): { readonly name: string; readonly figure: Figure }[] {
  return curveFigures(data).flatMap(({ source, target, det, roc }) => {
    const pair = `${source}-${target}`.replaceAll(/[^A-Za-z0-9]+/g, '-');
    return [
      { name: `${data.name}-det-${pair}`, figure: det },
      { name: `${data.name}-roc-${pair}`, figure: roc },
    ];
  });
}

/** A figure drawn for print: letters keep their size whatever the width. */
export function printedSvg(figure: Figure, widthMillimetres: number): string {
  const width = Math.round(widthMillimetres * pixelsPerMillimetre);
  return toSvg(figure, lightTheme, { width, widthMillimetres, fontSize, fontFamily: 'Inter' });
}

/**
 * Writes a report's figures into `folder`, each in every format.
 * @returns the paths of the files
 * @throws AppError `invalid` when the report has no curve to draw
 */
export async function exportFigures(
  data: ReportData,
  { formats, widthMillimetres }: { readonly formats: readonly FigureFormat[]; readonly widthMillimetres: number },
  folder: string,
): Promise<string[]> {
  const figures = reportFigures(data);
  if (figures.length === 0)
    throw new AppError('invalid', `Report "${data.name}" has no curves to draw: no system has scores of both classes.`);
  const paths: string[] = [];
  for (const { name, figure } of figures) {
    const svg = printedSvg(figure, widthMillimetres);
    for (const format of new Set(formats)) {
      const path = join(folder, `${name}.${format}`);
      await writeFileAtomic(path, await figureFile(svg, format, widthMillimetres));
      paths.push(path);
    }
  }
  return paths;
}
