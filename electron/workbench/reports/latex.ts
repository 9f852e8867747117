import { datasetList } from '@shared/domain/names';
import type { PrintedCell, PrintedRate, PrintedRow, PrintedTable } from '@shared/domain/printed-table';
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
  spreadPhrase,
  statements,
  tableNotes,
  tableCaption,
} from './making';

/**
 * All tables for `\\input` into a paper that uses booktabs. Numbers are per cent; comments at the end say how they were
 * made and hash the score files.
 */
export function writeLatex(data: ReportData): string {
  const tables = layTables(data);
  return [
    comment(`${data.title}, written by Relief ${data.relief}. Needs \\usepackage{booktabs}.`),
    ...tables.flatMap((table) => ['', ...tableLines(table, data)]),
    '',
    ...footer(data, tables),
    '',
  ].join('\n');
}

const headNames: Readonly<Record<TableHead, string>> = { note: '', parameters: 'Parameters', n: '$n$' };

function tableLines(table: PrintedTable, data: ReportData): string[] {
  const { design, columns } = table;
  const source = design.rows === 'sources';
  const heads = ['System', ...(source ? ['Train'] : []), ...shownHeads(table).map((head) => headNames[head])];
  const alignment = `l${source ? 'l' : ''}${shownHeads(table)
    .map((head) => (head === 'note' ? 'l' : 'r'))
    .join('')}`;
  const per = table.measures.length;
  return [
    '\\begin{table}[t]',
    '\\centering',
    '\\small',
    '\\setlength{\\tabcolsep}{4pt}',
    `\\caption{${escapeLatex(tableCaption(table, data))}}`,
    `\\label{${labelText(table.label)}}`,
    `\\begin{tabular}{${alignment}${'r'.repeat(per * columns.length)}}`,
    '\\toprule',
    ...headLines(table, heads),
    '\\midrule',
    ...table.rows.map((row) => `${rowCells(row, table).join(' & ')} \\\\`),
    '\\bottomrule',
    '\\end{tabular}',
    ...tableNotes(table).flatMap((note) => ['', '\\smallskip', `\\footnotesize ${escapeLatex(note)}`]),
    '\\end{table}',
  ];
}

/** One line of heads for one measure; for more, targets above and measures below. */
function headLines({ columns, measures: wanted }: PrintedTable, heads: readonly string[]): string[] {
  const per = wanted.length;
  if (per === 1) return [`${[...heads, ...columns.map(({ label }) => escapeLatex(label))].join(' & ')} \\\\`];
  const groups = columns.map((column) => `\\multicolumn{${String(per)}}{c}{${escapeLatex(column.label)}}`);
  const rules = columns.map((_, index) => {
    const start = heads.length + 1 + index * per;
    return `\\cmidrule(lr){${String(start)}-${String(start + per - 1)}}`;
  });
  const names = wanted.map((measure) => escapeLatex(measures[measure].label));
  return [
    `${' & '.repeat(heads.length)}${groups.join(' & ')} \\\\`,
    rules.join(' '),
    `${[...heads, ...columns.flatMap(() => names)].join(' & ')} \\\\`,
  ];
}

function rowCells(row: PrintedRow, table: PrintedTable): string[] {
  const label = escapeLatex(rowName(row));
  const heads = shownHeads(table).map((head) => {
    if (head === 'note') return escapeLatex(row.note);
    const count = head === 'n' ? row.n : (row.parameters ?? 0);
    return count === 0 ? '--' : String(count);
  });
  const cells = row.cells.flatMap((cell) => rateCells(cell, row, table));
  return [label, ...(row.sources === null ? [] : [escapeLatex(datasetList(row.sources))]), ...heads, ...cells];
}

function rateCells(cell: PrintedCell | null, row: PrintedRow, { measures: wanted, design }: PrintedTable): string[] {
  if (cell === null) return wanted.map(() => '--');
  // n stands in the row's head; a cell with more or fewer runs says so itself
  const ownCount = cell.n === row.n || !design.heads.includes('n') ? '' : `_{n=${String(cell.n)}}`;
  return cell.rates.map((rate) => rateText(rate, ownCount));
}

function rateText(printed: PrintedRate | null, suffix: string): string {
  if (printed === null) return '--';
  const mean =
    printed.rank === 'best'
      ? `\\mathbf{${printed.text}}`
      : printed.rank === 'second'
        ? `\\underline{${printed.text}}`
        : printed.text;
  if (printed.spread === null) return `$${mean}${suffix}$`;
  return printed.interval
    ? `$${mean}${suffix}$ {\\scriptsize [${printed.spread.replace('–', ', ')}]}`
    : `$${mean}{\\pm}${printed.spread}${suffix}$`;
}

function footer(data: ReportData, tables: readonly PrintedTable[]): string[] {
  const files = scoreFiles(data);
  return [
    `rates in %; ${tables.map((table) => `${table.id}: ${spreadPhrase(table)}`).join('; ')}`,
    makingPhrases(data).join(', '),
    measureDefinitions(tables).join('; '),
    ...statements(data),
    `scores sha256 ${scoresDigest(data)} over ${String(files.length)} score files, listed with their hashes in ${data.name}.json`,
    `report ${data.name}, made ${data.madeAt}`,
    ...tables.flatMap(rowSources),
    ...data.omitted.map(({ run, reason }) => `left out: ${run}: ${reason}`),
  ].map(comment);
}

/** A comment that stays one line, whatever the text holds. */
function comment(content: string): string {
  return `% ${content.replace(/\s+/g, ' ')}`;
}

/** Labels take letters, digits and a few marks; anything else becomes a dash. */
function labelText(label: string): string {
  return label.replace(/[^A-Za-z0-9:._/-]/g, '-');
}

const latexCharacters: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  '%': '\\%',
  '&': '\\&',
  '#': '\\#',
  $: '\\$',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': "''",
  '±': '$\\pm$',
  '×': '$\\times$',
  '→': '$\\rightarrow$',
  '≤': '$\\leq$',
  '≥': '$\\geq$',
  '−': '$-$',
  '–': '--',
  '—': '---',
  '…': '\\ldots{}',
  '†': '$\\dagger$',
  '‡': '$\\ddagger$',
  ₖ: '$_k$',
  '≈': '$\\approx$',
  λ: '$\\lambda$',
  θ: '$\\theta$',
  µ: '$\\mu$',
};

/** Text as LaTeX shows it: special characters escaped, line breaks and unprintable characters made blanks. */
export function escapeLatex(content: string): string {
  return Array.from(content)
    .map((character) => (character < ' ' ? ' ' : (latexCharacters[character] ?? character)))
    .join('');
}
