import { join } from 'node:path';
import { ReportData, type ReportFormat } from '@shared/domain/report';
import { AppError } from '@shared/contract/errors';
import { writeFileAtomic } from '@workbench/project/files';
import { writeEvaluationsCsv, writeTableCsv } from './csv';
import { writeHtml } from './html';
import { writeReportJson } from './json';
import { writeLatex, type LatexOptions } from './latex';
import { writeMarkdown } from './markdown';

/** What a person may choose about the tables; the report's own settings stand where nothing is given. */
export type ExportOptions = Partial<LatexOptions>;

/** A file of the report before it is written. */
export interface ReportFile {
  readonly format: ReportFormat;
  readonly name: string;
  readonly text: string;
}

export interface WrittenReportFile {
  readonly format: ReportFormat;
  readonly path: string;
  readonly bytes: number;
}

/**
 * Renders one format. CSV gives two files: the tables, and every evaluation by itself. The same data gives the same
 * bytes, whoever asks.
 */
export function renderReport(data: ReportData, format: ReportFormat, options: ExportOptions = {}): ReportFile[] {
  const settings: LatexOptions = {
    decimals: options.decimals ?? data.decimals,
    spread: options.spread ?? 'sd',
    highlight: options.highlight ?? true,
    label: options.label ?? `tab:${data.name}`,
  };
  switch (format) {
    case 'latex':
      return [{ format, name: `${data.name}.tex`, text: writeLatex(data, settings) }];
    case 'markdown':
      return [{ format, name: `${data.name}.md`, text: writeMarkdown(data, settings) }];
    case 'csv':
      return [
        { format, name: `${data.name}.csv`, text: writeTableCsv(data) },
        { format, name: `${data.name}-evaluations.csv`, text: writeEvaluationsCsv(data) },
      ];
    case 'json':
      return [{ format, name: `${data.name}.json`, text: writeReportJson(data) }];
    case 'html':
      return [{ format, name: `${data.name}.html`, text: writeHtml(data, settings) }];
  }
}

/**
 * Writes a report's files into `folder`, which is made when it is missing. Each file is written beside its place and
 * renamed, so a reader never meets half a table.
 * @throws AppError `invalid` when the data is not a report, `no-space` or `permission` naming the file
 */
export async function exportReport(
  data: ReportData,
  formats: readonly ReportFormat[],
  folder: string,
  options: ExportOptions = {},
): Promise<WrittenReportFile[]> {
  const checked = ReportData.safeParse(data);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    const field = issue?.path.map(String).join('.') ?? '';
    throw new AppError('invalid', `report "${data.name}", field ${field}: ${issue?.message ?? 'not valid'}`);
  }
  const files = [...new Set(formats)].flatMap((format) => renderReport(checked.data, format, options));
  const written: WrittenReportFile[] = [];
  for (const { format, name, text } of files) {
    const path = join(folder, name);
    await writeFileAtomic(path, text);
    written.push({ format, path, bytes: Buffer.byteLength(text) });
  }
  return written;
}
