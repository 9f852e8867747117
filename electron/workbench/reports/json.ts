import type { ReportData } from '@shared/domain/report';
import { layTables } from '@shared/tables/lay-table';

/** Everything the report holds, and the tables as every other format prints them. */
export function writeReportJson(data: ReportData): string {
  return `${JSON.stringify({ ...data, printed: layTables(data) }, null, 2)}\n`;
}
