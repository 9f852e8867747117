import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { datasetList } from '@shared/domain/names';
import type { FigureFormat, FigureKind, ReportData } from '@shared/domain/report';
import type { Figure } from '@shared/figures/figure';
import { matrixFigure } from '@shared/figures/matrix';
import { scoreHistogramFigure } from '@shared/figures/score-histogram';
import { toSvg } from '@shared/figures/svg';
import { lightTheme } from '@shared/figures/theme';
import { scoreSetOf, sortScores } from '@shared/metrics/score-set';
import type { MeasuredReport } from '@workbench/evaluation/evaluate-report';
import { writeFileAtomic } from '@workbench/project/files';
import { curveFigures } from './curve-figures';
import { figureFile, pixelsPerMillimetre } from './figure-files';
import { policyStamp, syntheticStatement } from './making';

/** 8 pt: captions of papers are no smaller, and the smallest text of a figure is a point below. */
const fontSize = 8 * (96 / 72);

export interface NamedFigure {
  readonly kind: FigureKind;
  /** Of its file, without the extension. */
  readonly name: string;
  readonly figure: Figure;
}

/** The figures of a report under the names of their files. */
export function reportFigures(report: MeasuredReport): NamedFigure[] {
  return [...curves(report.data), ...scores(report), ...matrices(report.data)];
}

function curves(data: ReportData): NamedFigure[] {
  return curveFigures(data).flatMap(({ source, target, det, roc, epc }) => {
    const named = (kind: FigureKind, figure: Figure) => ({
      kind,
      name: fileName(data, kind, `${source}-${target}`),
      figure,
    });
    return [named('det', det), named('roc', roc), ...(epc ? [named('epc', epc)] : [])];
  });
}

/** Scores of every evaluation, each seed its own: they are not to be averaged. */
function scores({ data, measured }: MeasuredReport): NamedFigure[] {
  return data.evaluations.flatMap((evaluation, index) => {
    const columns = measured[index];
    if (!columns || columns.scores.every((score) => Number.isNaN(score))) return [];
    const { system, source, target, seed, threshold } = evaluation;
    const pair = `${datasetList(source)}→${target}`;
    const subtitle = [system, pair, ...(seed === null ? [] : [`seed ${String(seed)}`]), policyStamp(data)].join(', ');
    const figure = scoreHistogramFigure(sortScores(scoreSetOf(columns)), {
      subtitle,
      note: noteOf(data),
      threshold: threshold.value,
      bins: 44,
    });
    const name = [system, pair, ...(seed === null ? [] : [`s${String(seed)}`])].join('-');
    return [{ kind: 'scores' as const, name: fileName(data, 'scores', name), figure }];
  });
}

/** HTER and ACER of every system, trained on the rows and tested on the columns. */
function matrices(data: ReportData): NamedFigure[] {
  const systems = [...new Set(data.matrix.map(({ system }) => system))];
  return systems.flatMap((system) =>
    (['hter', 'acer'] as const).map((measure) => {
      const rows = data.matrix
        .filter((row) => row.system === system)
        .map(({ source, cells }) => ({
          label: datasetList(source),
          cells: data.datasets.map(({ id }) => {
            const cell = cells.find(({ target }) => target === id);
            const spread = cell?.[measure];
            return cell && spread ? { ...spread, sameDomain: cell.sameDomain } : null;
          }),
        }));
      const subtitle = `${system}, ${measure.toUpperCase()} %, ${policyStamp(data)}`;
      const figure = matrixFigure(
        { columns: data.datasets.map(({ id }) => id), rows },
        { subtitle, note: noteOf(data), decimals: data.decimals },
      );
      return { kind: 'matrix' as const, name: fileName(data, 'matrix', `${measure}-${system}`), figure };
    }),
  );
}

const noteOf = (data: ReportData) => (data.synthetic ? syntheticStatement : null);

function fileName(data: ReportData, kind: FigureKind, what: string): string {
  return `${data.name}-${kind}-${what.replaceAll(/[^A-Za-z0-9]+/g, '-').replaceAll(/^-|-$/g, '')}`;
}

/** A figure drawn for print: letters keep their size whatever the width. */
export function printedSvg(figure: Figure, widthMillimetres: number): string {
  const width = Math.round(widthMillimetres * pixelsPerMillimetre);
  return toSvg(figure, lightTheme, { width, widthMillimetres, fontSize, fontFamily: 'Inter' });
}

/** Which figures, as what files. */
export interface FigureChoice {
  readonly kinds: readonly FigureKind[];
  readonly formats: readonly FigureFormat[];
  readonly widthMillimetres: number;
}

/**
 * Writes figures of a report into `folder`, each in every format.
 * @returns the paths of the files
 * @throws AppError `invalid` when the report has none of them to draw
 */
export async function exportFigures(
  report: MeasuredReport,
  { kinds, formats, widthMillimetres }: FigureChoice,
  folder: string,
): Promise<string[]> {
  const figures = reportFigures(report).filter(({ kind }) => kinds.includes(kind));
  if (figures.length === 0)
    throw new AppError(
      'invalid',
      `Report "${report.data.name}" has nothing to draw (${kinds.join(', ')}): no system has scores of both classes.`,
    );
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
