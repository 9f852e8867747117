import writeExcelFile, { type Cell, type SheetData } from 'write-excel-file/node';
import { datasetList } from '@shared/domain/names';
import type { PrintedRate, PrintedRow, PrintedTable } from '@shared/domain/printed-table';
import type { ReportData } from '@shared/domain/report';
import type { TableHead } from '@shared/domain/table-design';
import { layTables } from '@shared/tables/lay-table';
import { measures } from '@shared/tables/measures';
import {
  makingPhrases,
  measureDefinitions,
  rowName,
  rowSources,
  scoreFiles,
  scoresDigest,
  shownHeads,
  statements,
  tableCaption,
  tableNotes,
} from './making';
import { withFixedTime } from './zip-time';

const headNames: Readonly<Record<TableHead, string>> = { note: 'What it is', parameters: 'Parameters', n: 'n' };

/**
 * A workbook: a sheet a table, and one that says how the numbers are made. Rates are numbers in per cent, shown with the
 * table's decimals and held at full precision; spreads stand in columns of their own, so that a sheet can reckon with them.
 */
export async function writeXlsx(data: ReportData): Promise<Uint8Array> {
  const tables = layTables(data);
  const names = sheetNames(tables);
  const sheets = [
    ...tables.map((table, index) => ({
      data: sheetData(table, data),
      sheet: names[index] ?? table.id,
      columns: columnWidths(table),
      stickyRowsCount: 2,
    })),
    { data: makingSheet(data, tables), sheet: 'Making', columns: [{ width: 120 }] },
  ];
  return withFixedTime(await writeExcelFile(sheets).toBuffer());
}

/** The same sheets as text with tabs, one under the other: what a preview shows, and what a paste into a sheet takes. */
export function writeSheetText(data: ReportData): string {
  return layTables(data)
    .map((table) =>
      sheetData(table, data)
        .map((row) => row.map((cell) => textOf(cell)).join('\t'))
        .join('\n'),
    )
    .join('\n\n')
    .concat('\n');
}

function textOf(cell: Cell | null | undefined): string {
  if (cell === null || cell === undefined) return '';
  const value = typeof cell === 'object' && 'value' in cell ? cell.value : cell;
  return typeof value === 'string' || typeof value === 'number' ? String(value).replace(/\s+/g, ' ') : '';
}

function sheetData(table: PrintedTable, data: ReportData): SheetData {
  const { design } = table;
  const shown = shownHeads(table);
  const words = ['System', ...(design.rows === 'sources' ? ['Train'] : []), ...shown.map((head) => headNames[head])];
  const spreads = hasSpread(table);
  const heads = table.columns.flatMap(({ label }) =>
    table.measures.flatMap((measure) => {
      const name = table.measures.length > 1 ? `${label} ${measures[measure].label}` : label;
      return [name, ...(spreads ? spreadHeads(table, name) : [])];
    }),
  );
  const head = [...words, ...heads].map((name) => ({
    value: name,
    fontWeight: 'bold' as const,
    bottomBorderStyle: 'thin' as const,
    topBorderStyle: 'medium' as const,
  }));
  return [
    [{ value: tableCaption(table, data) }],
    head,
    ...table.rows.map((row) => rowCells(row, table, shown, spreads)),
    ...tableNotes(table).map((note) => [{ value: note }]),
  ];
}

function rowCells(
  row: PrintedRow,
  table: PrintedTable,
  shown: readonly TableHead[],
  spreads: boolean,
): SheetData[number] {
  const decimals = decimalsOf(table);
  const format = decimals === 0 ? '0' : `0.${'0'.repeat(decimals)}`;
  const grey = row.complete ? {} : { textColor: '#808080' };
  const heads = shown.map((head) => {
    if (head === 'note') return { value: row.note, ...grey };
    const count = head === 'n' ? row.n : (row.parameters ?? 0);
    return count === 0 ? null : { value: count, format: '#,##0', ...grey };
  });
  const number = (value: number | null) =>
    value === null ? null : { value: perCent(value), type: Number, format, ...grey };
  const rateCells = row.cells.flatMap((cell) =>
    table.measures.flatMap((_, index) => {
      const rate = cell?.rates[index] ?? null;
      const main = rate && { ...number(rate.value), type: Number, value: perCent(rate.value), ...emphasis(rate) };
      if (!spreads) return [main];
      return table.design.spread === 'interval'
        ? [main, number(rate?.interval?.[0] ?? null), number(rate?.interval?.[1] ?? null)]
        : [main, number(rate?.sd ?? null)];
    }),
  );
  return [
    { value: rowName(row), ...grey },
    ...(row.sources === null ? [] : [{ value: datasetList(row.sources), ...grey }]),
    ...heads,
    ...rateCells,
  ];
}

function emphasis({ rank }: PrintedRate) {
  if (rank === 'best') return { fontWeight: 'bold' as const };
  return rank === 'second' ? { textDecoration: { underline: true as const } } : {};
}

function hasSpread({ design, rows }: PrintedTable): boolean {
  return (
    design.spread !== 'none' &&
    rows.some(({ cells }) => cells.some((cell) => cell?.rates.some((rate) => rate !== null && rate.spread !== null)))
  );
}

function spreadHeads({ design }: PrintedTable, name: string): string[] {
  return design.spread === 'interval' ? [`${name} low`, `${name} high`] : [`${name} sd`];
}

/** A fraction as the per cent number that is nearest to it in decimal: 0.2875 → 28.75, not 28.749999999999996. */
function perCent(value: number): number {
  return Number((value * 100).toPrecision(15));
}

function decimalsOf({ rows }: PrintedTable): number {
  const [text = '0.0'] = rows.flatMap(({ cells }) =>
    cells.flatMap((cell) => cell?.rates.flatMap((rate) => rate?.text ?? []) ?? []),
  );
  return text.split('.')[1]?.length ?? 0;
}

function columnWidths(table: PrintedTable): { width: number }[] {
  const wide = shownHeads(table).map((head) => ({ width: head === 'note' ? 28 : 12 }));
  const spreads = hasSpread(table) ? (table.design.spread === 'interval' ? 2 : 1) : 0;
  const rates = table.columns.flatMap(() =>
    table.measures.flatMap(() => [{ width: 12 }, ...Array.from({ length: spreads }, () => ({ width: 9 }))]),
  );
  return [{ width: 24 }, ...(table.design.rows === 'sources' ? [{ width: 12 }] : []), ...wide, ...rates];
}

function makingSheet(data: ReportData, tables: readonly PrintedTable[]): SheetData {
  const files = scoreFiles(data);
  return [
    `${data.title}, written by Relief ${data.relief}; report ${data.name}, made ${data.madeAt}`,
    `Rates in %: ${makingPhrases(data).join(', ')}`,
    ...measureDefinitions(tables),
    ...statements(data),
    `scores sha256 ${scoresDigest(data)} over ${String(files.length)} score files`,
    ...tables.flatMap(rowSources),
    ...data.omitted.map(({ run, reason }) => `left out: ${run}: ${reason}`),
    ...files.map(({ path, sha256 }) => `${sha256}  ${path}`),
  ].map((line) => [{ value: line, type: String }]);
}

/** Names of sheets: at most 31 letters, none of `\ / ? * [ ] :`, each once. */
function sheetNames(tables: readonly PrintedTable[]): string[] {
  const taken = new Set(['making']);
  return tables.map(({ title }) => {
    const wish =
      title
        .replace(/[\\/?*[\]:]/g, ' ')
        .trim()
        .slice(0, 28) || 'Table';
    let name = wish;
    for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${wish} ${String(number)}`;
    taken.add(name.toLowerCase());
    return name;
  });
}
