import { datasetList } from '@shared/domain/names';
import type { PrintedRate, PrintedRow, PrintedTable } from '@shared/domain/printed-table';
import type { ReportData } from '@shared/domain/report';
import type { TableHead } from '@shared/domain/table-design';
import { layTables } from '@shared/tables/lay-table';
import {
  makingPhrases,
  measureDefinitions,
  measureNames,
  policyStamp,
  rowName,
  rowSources,
  scoreFiles,
  scoresDigest,
  shownHeads,
  spreadPhrase,
  statements,
  tableNotes,
} from './making';

/** All tables as GitHub-flavoured Markdown; a cell holds its measures in per cent, such as `HTER / ACER`. */
export function writeMarkdown(data: ReportData): string {
  const tables = layTables(data);
  const files = scoreFiles(data);
  return [
    `# ${escapeMarkdown(data.title)}`,
    '',
    ...statements(data)
      .flatMap((statement) => [`> ${escapeMarkdown(statement)}`, '>'])
      .slice(0, -1),
    '',
    `Rates in %. ${capitalised(escapeMarkdown(makingPhrases(data).join(', ')))}. ${measureDefinitions(tables).map(escapeMarkdown).join('; ')}.`,
    ...tables.flatMap((table) => tableLines(table, data)),
    ...(data.omitted.length > 0
      ? ['', '## Left out', '', ...data.omitted.map(({ run, reason }) => `- ${escapeMarkdown(`${run}: ${reason}`)}`)]
      : []),
    '',
    '## Score files',
    '',
    `SHA-256 over all ${String(files.length)}: \`${scoresDigest(data)}\``,
    '',
    ...files.map(({ path, sha256 }) => `- \`${sha256}\` ${escapeMarkdown(path)}`),
    '',
    `Report ${escapeMarkdown(data.name)}, made ${data.madeAt} by Relief ${escapeMarkdown(data.relief)}.`,
    '',
  ].join('\n');
}

const headNames: Readonly<Record<TableHead, string>> = { note: 'What it is', parameters: 'Parameters', n: 'n' };

function tableLines(table: PrintedTable, data: ReportData): string[] {
  const { design } = table;
  const shown = shownHeads(table);
  const words = ['System', ...(design.rows === 'sources' ? ['Train'] : [])];
  const heads = [
    ...words,
    ...shown.map((head) => headNames[head]),
    'Threshold',
    ...table.columns.map(({ label }) => label),
  ];
  const right = new Set([
    ...shown.flatMap((head, index) => (head === 'note' ? [] : [words.length + index])),
    ...table.columns.map((_, index) => words.length + shown.length + 1 + index),
  ]);
  const alignment = heads.map((_, index) => (right.has(index) ? '---:' : '---'));
  const stamp = policyStamp(data);
  const cells = measureNames(table).replaceAll(', ', ' / ').replace(' and ', ' / ');
  return [
    '',
    `## ${escapeMarkdown(table.title)} (${escapeMarkdown(spreadPhrase(table))})`,
    '',
    ...(design.caption === undefined ? [] : [escapeMarkdown(design.caption), '']),
    `Each cell: ${escapeMarkdown(cells)}.`,
    '',
    ...[heads.map(escapeMarkdown), alignment, ...table.rows.map((row) => rowCells(row, table, stamp))].map(
      (line) => `| ${line.join(' | ')} |`,
    ),
    ...tableNotes(table).flatMap((note) => ['', escapeMarkdown(note)]),
    '',
    ...rowSources(table).map((line) => `<!-- ${line.replace(/--+/g, '-').replace(/[<>]/g, '')} -->`),
  ];
}

/** Cells as Markdown: names escaped, rates with their own marks. */
function rowCells(row: PrintedRow, table: PrintedTable, stamp: string): string[] {
  const heads = shownHeads(table).map((head) => {
    if (head === 'note') return row.note;
    const count = head === 'n' ? row.n : (row.parameters ?? 0);
    return count === 0 ? '–' : String(count);
  });
  const words = [
    rowName(row),
    ...(row.sources === null ? [] : [datasetList(row.sources)]),
    ...heads,
    row.threshold ?? stamp,
  ];
  const rates = row.cells.map((cell) => {
    if (cell === null) return '–';
    const ownCount = cell.n === row.n || cell.n === 0 ? '' : ` (n = ${String(cell.n)})`;
    return `${cell.rates.map(rateText).join(' / ')}${ownCount}`;
  });
  return [...words.map(escapeMarkdown), ...rates];
}

function rateText(printed: PrintedRate | null): string {
  if (printed === null) return '–';
  const mean =
    printed.rank === 'best'
      ? `**${printed.text}**`
      : printed.rank === 'second'
        ? `<u>${printed.text}</u>`
        : printed.text;
  if (printed.spread === null) return mean;
  return printed.interval ? `${mean} [${printed.spread}]` : `${mean} ± ${printed.spread}`;
}

function capitalised(content: string): string {
  return content.slice(0, 1).toUpperCase() + content.slice(1);
}

/** Text that Markdown shows as it is, on one line. */
export function escapeMarkdown(content: string): string {
  return content.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>|#]/g, (character) => `\\${character}`);
}
