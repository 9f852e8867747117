import type { ReportData } from '@shared/domain/report';

/** The whole report as it is kept: rates as fractions, every score file with its hash, missing values null. */
export function writeReportJson(data: ReportData): string {
  return `${JSON.stringify(data, null, 2)}\n`;
}
