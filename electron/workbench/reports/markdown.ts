import type { ReportData } from '@shared/domain/report';
import {
  makingPhrases,
  policyStamp,
  rateDefinitions,
  scoreFiles,
  scoresDigest,
  spreadPhrase,
  statements,
} from './making';
import {
  ablationTable,
  matrixTable,
  type PrintedRate,
  type ReportTable,
  type TableOptions,
  type TableRow,
} from './table';

/** Both tables as GitHub-flavoured Markdown; each cell holds `HTER / ACER` in per cent. */
export function writeMarkdown(data: ReportData, options: TableOptions): string {
  const tables = [matrixTable(data, options), ablationTable(data, options)].filter(({ rows }) => rows.length > 0);
  const files = scoreFiles(data);
  return [
    `# ${escapeMarkdown(data.title)}`,
    '',
    ...statements(data)
      .flatMap((statement) => [`> ${escapeMarkdown(statement)}`, '>'])
      .slice(0, -1),
    '',
    `Each cell: HTER / ACER in %. ${capitalised(escapeMarkdown(makingPhrases(data).join(', ')))}. ${rateDefinitions.map(escapeMarkdown).join('; ')}.`,
    ...tables.flatMap((table) => [
      '',
      `## ${escapeMarkdown(table.title)} (${escapeMarkdown(spreadPhrase(data, table.kind))})`,
      '',
      ...tableLines(table, data),
    ]),
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

function tableLines(table: ReportTable, data: ReportData): string[] {
  const heads = [
    'System',
    table.kind === 'matrix' ? 'Train' : 'What it is',
    'Parameters',
    'n',
    'Threshold',
    ...table.columns.map(({ label }) => label),
  ];
  const alignment = heads.map((_, index) => (index < 2 || index === 4 ? '---' : '---:'));
  const stamp = policyStamp(data);
  return [heads.map(escapeMarkdown), alignment, ...table.rows.map((row) => rowCells(row, stamp))].map(
    (cells) => `| ${cells.join(' | ')} |`,
  );
}

/** Cells as Markdown: names escaped, rates with their own marks. */
function rowCells(row: TableRow, stamp: string): string[] {
  const words = [
    row.complete ? row.system : `${row.system} (incomplete)`,
    row.source ?? row.note,
    row.parameters === null ? '–' : String(row.parameters),
    row.n === 0 ? '–' : String(row.n),
    stamp,
  ];
  const rates = row.cells.map((cell) => {
    if (cell === null) return '–';
    const ownCount = cell.n === row.n ? '' : ` (n = ${String(cell.n)})`;
    return `${rate(cell.hter)} / ${rate(cell.acer)}${ownCount}`;
  });
  return [...words.map(escapeMarkdown), ...rates];
}

function rate(printed: PrintedRate | null): string {
  if (printed === null) return '–';
  const mean =
    printed.rank === 'best'
      ? `**${printed.mean}**`
      : printed.rank === 'second'
        ? `<u>${printed.mean}</u>`
        : printed.mean;
  return printed.sd === null ? mean : `${mean} ± ${printed.sd}`;
}

function capitalised(content: string): string {
  return content.slice(0, 1).toUpperCase() + content.slice(1);
}

/** Text that Markdown shows as it is, on one line. */
export function escapeMarkdown(content: string): string {
  return content.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>|#]/g, (character) => `\\${character}`);
}
