import { join } from 'node:path';
import { ReportData, type ReportFormat } from '@shared/domain/report';
import { AppError } from '@shared/contract/errors';
import { writeFileAtomic } from '@workbench/project/files';
import { writeEvaluationsCsv, writeTableCsv } from './csv';
import { writeHtml } from './html';
import { writeReportJson } from './json';
import { writeLatex } from './latex';
import { writeMarkdown } from './markdown';
import { writeSheetText, writeXlsx } from './xlsx';

/** A file of the report before it is written. */
export interface ReportFile {
  readonly format: ReportFormat;
  readonly name: string;
  readonly content: string | Uint8Array;
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
export async function renderReport(data: ReportData, format: ReportFormat): Promise<ReportFile[]> {
  const { name } = data;
  switch (format) {
    case 'latex':
      return [{ format, name: `${name}.tex`, content: writeLatex(data) }];
    case 'markdown':
      return [{ format, name: `${name}.md`, content: writeMarkdown(data) }];
    case 'csv':
      return [
        { format, name: `${name}.csv`, content: writeTableCsv(data) },
        { format, name: `${name}-evaluations.csv`, content: writeEvaluationsCsv(data) },
      ];
    case 'xlsx':
      return [{ format, name: `${name}.xlsx`, content: await writeXlsx(data) }];
    case 'json':
      return [{ format, name: `${name}.json`, content: writeReportJson(data) }];
    case 'html':
      return [{ format, name: `${name}.html`, content: writeHtml(data) }];
  }
}

/** A format as text to look at or to copy: a workbook as cells with tabs between, everything else as it is written. */
export async function previewReport(data: ReportData, format: ReportFormat): Promise<string> {
  if (format === 'xlsx') return writeSheetText(data);
  const [file] = await renderReport(data, format);
  return typeof file?.content === 'string' ? file.content : '';
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
): Promise<WrittenReportFile[]> {
  const checked = ReportData.safeParse(data);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    const field = issue?.path.map(String).join('.') ?? '';
    throw new AppError('invalid', `report "${data.name}", field ${field}: ${issue?.message ?? 'not valid'}`);
  }
  const files = (await Promise.all([...new Set(formats)].map((format) => renderReport(checked.data, format)))).flat();
  const written: WrittenReportFile[] = [];
  for (const { format, name, content } of files) {
    const path = join(folder, name);
    await writeFileAtomic(path, content);
    written.push({ format, path, bytes: typeof content === 'string' ? Buffer.byteLength(content) : content.length });
  }
  return written;
}
