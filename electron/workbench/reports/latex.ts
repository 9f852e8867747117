import type { ReportData } from '@shared/domain/report';
import {
  makingPhrases,
  rateDefinitions,
  scoreFiles,
  scoresDigest,
  shortReconstruction,
  spreadPhrase,
  statements,
  syntheticStatement,
} from './making';
import {
  ablationTable,
  matrixTable,
  type PrintedRate,
  type ReportTable,
  type TableOptions,
  type TableRow,
} from './table';

export interface LatexOptions extends TableOptions {
  /** Start of the labels: `tab:loo` gives `tab:loo-ablation` and `tab:loo-matrix`. */
  readonly label: string;
}

/**
 * Both tables for `\input` into a paper that uses booktabs. Numbers are per cent; comments at the end say how they were
 * made and hash the score files.
 */
export function writeLatex(data: ReportData, options: LatexOptions): string {
  const tables = [ablationTable(data, options), matrixTable(data, options)].filter(({ rows }) => rows.length > 0);
  return [
    comment(`${data.title}, written by Relief ${data.relief}. Needs \\usepackage{booktabs}.`),
    ...tables.flatMap((table) => ['', ...tableLines(table, data, options)]),
    '',
    ...footer(data),
    '',
  ].join('\n');
}

function tableLines(table: ReportTable, data: ReportData, { label }: LatexOptions): string[] {
  const heads = table.kind === 'matrix' ? ['System', 'Train', '$n$'] : ['System', '', '$n$'];
  const first = heads.length + 1;
  const groups = table.columns.map((column) => `\\multicolumn{2}{c}{${escapeLatex(column.label)}}`);
  const rules = table.columns.map((_, index) => {
    const start = first + index * 2;
    return `\\cmidrule(lr){${String(start)}-${String(start + 1)}}`;
  });
  return [
    '\\begin{table}[t]',
    '\\centering',
    '\\small',
    '\\setlength{\\tabcolsep}{4pt}',
    `\\caption{${escapeLatex(caption(table, data))}}`,
    `\\label{${labelText(label)}-${table.kind}}`,
    `\\begin{tabular}{llr${'rr'.repeat(table.columns.length)}}`,
    '\\toprule',
    `${' & '.repeat(heads.length)}${groups.join(' & ')} \\\\`,
    rules.join(' '),
    `${[...heads, ...table.columns.flatMap(() => ['HTER', 'ACER'])].join(' & ')} \\\\`,
    '\\midrule',
    ...table.rows.map((row) => `${rowCells(row).join(' & ')} \\\\`),
    '\\bottomrule',
    '\\end{tabular}',
    '\\end{table}',
  ];
}

function caption(table: ReportTable, data: ReportData): string {
  const what =
    table.kind === 'matrix'
      ? 'Trained on the sources at the left, tested on each target'
      : 'Systems on targets they were not trained on';
  return [
    `${what}: HTER and ACER in %, ${spreadPhrase(data, table.kind)}; ${makingPhrases(data).join(', ')}.`,
    ...(data.synthetic ? [syntheticStatement] : []),
    shortReconstruction,
  ].join(' ');
}

function rowCells(row: TableRow): string[] {
  const system = escapeLatex(row.complete ? row.system : `${row.system} (incomplete)`);
  const second = escapeLatex(row.source ?? row.note);
  const cells = row.cells.flatMap((cell) => {
    if (cell === null) return ['--', '--'];
    // n stands in the row's head; a cell with more or fewer seeds says so itself
    const ownCount = cell.n === row.n ? '' : `_{n=${String(cell.n)}}`;
    return [rate(cell.hter, ownCount), rate(cell.acer, ownCount)];
  });
  return [system, second, row.n === 0 ? '--' : String(row.n), ...cells];
}

function rate(printed: PrintedRate | null, suffix: string): string {
  if (printed === null) return '--';
  const mean =
    printed.rank === 'best'
      ? `\\mathbf{${printed.mean}}`
      : printed.rank === 'second'
        ? `\\underline{${printed.mean}}`
        : printed.mean;
  return `$${mean}${printed.sd === null ? '' : `{\\pm}${printed.sd}`}${suffix}$`;
}

function footer(data: ReportData): string[] {
  const files = scoreFiles(data);
  return [
    `rates in %; matrix: ${spreadPhrase(data, 'matrix')}; ablation: ${spreadPhrase(data, 'ablation')}`,
    makingPhrases(data).join(', '),
    rateDefinitions.join('; '),
    ...statements(data),
    `scores sha256 ${scoresDigest(data)} over ${String(files.length)} score files, listed with their hashes in ${data.name}.json`,
    `report ${data.name}, made ${data.madeAt}`,
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
