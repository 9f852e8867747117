import { datasetList, nameBesideId } from '@shared/domain/names';
import type { Evaluation, ReportData } from '@shared/domain/report';
import { escapeXml } from '@shared/figures/svg-elements';
import { darkTheme, heatColour, lightTheme } from '@shared/figures/theme';
import type { PrintedCell, PrintedRate, PrintedRow, PrintedTable } from '@shared/domain/printed-table';
import type { TableHead } from '@shared/domain/table-design';
import { layTables } from '@shared/tables/lay-table';
import { measures, percent } from '@shared/tables/measures';
import { attackCount } from './csv';
import { curveSections } from './html-curves';
import { writeHtmlPage } from './html-page';
import { reportStyle } from './html-style';
import {
  makingPhrases,
  measureDefinitions,
  measureNames,
  policyStamp,
  rowName,
  reconstructionStatement,
  scoreFiles,
  scoresDigest,
  shownHeads,
  spreadPhrase,
  statements,
  tableNotes,
  tablePhrase,
} from './making';

/** The colour range of the matrix, as fractions; printed under it. */
const heatRange = [0.05, 0.4] as const;

/**
 * The report as one page that needs nothing else: no script, no link, no font or picture from outside. Light or dark by
 * the reader's system, light on paper.
 */
export function writeHtml(data: ReportData): string {
  const tables = layTables(data);
  const stamp = policyStamp(data);
  return writeHtmlPage({
    title: data.title,
    relief: data.relief,
    style: reportStyle,
    body: [
      headSection(data, stamp, tables),
      ...tables.map((table) => tableSection(table, stamp)),
      curveSections(data),
      ratesSection(data, data.decimals),
      epochSection(data),
      omittedSection(data),
      filesSection(data),
    ],
  });
}

function headSection(data: ReportData, stamp: string, tables: readonly PrintedTable[]): string {
  const stamps = [
    `<span class="stamp">${escapeXml(stamp)}</span>`,
    ...(data.synthetic ? ['<span class="stamp warn">synthetic</span>'] : []),
    `<span class="stamp" title="${escapeXml(reconstructionStatement)}">reconstruction</span>`,
  ];
  const datasets = data.datasets.map(({ id, name, synthetic }) =>
    [`<b>${escapeXml(id)}</b>`, escapeXml(nameBesideId(id, name)), synthetic ? '(synthetic)' : '']
      .filter((part) => part !== '')
      .join(' '),
  );
  return [
    '<header>',
    `<h1>${escapeXml(data.title)} ${stamps.join(' ')}</h1>`,
    `<p>Rates in %, ${escapeXml(makingPhrases(data).join(', '))}.</p>`,
    `<p>${measureDefinitions(tables).map(escapeXml).join('; ')}. Accepted is a score at or above the threshold.</p>`,
    ...statements(data).map((statement) => `<p class="statement">${escapeXml(statement)}</p>`),
    `<p class="faint">Datasets: ${datasets.join(', ')}. Made <time>${escapeXml(data.madeAt)}</time> by Relief ${escapeXml(data.relief)}.</p>`,
    '</header>',
  ].join('\n');
}

const headNames: Readonly<Record<TableHead, string>> = { note: 'What it is', parameters: 'Parameters', n: 'n' };

function tableSection(table: PrintedTable, stamp: string): string {
  const { design } = table;
  const isMatrix = design.rows === 'sources';
  const heads: { name: string; right: boolean }[] = [
    { name: 'System', right: false },
    ...(isMatrix ? [{ name: 'Train', right: false }] : []),
    ...shownHeads(table).map((head) => ({ name: headNames[head], right: head !== 'note' })),
    ...table.columns.map(({ label }) => ({ name: label, right: true })),
  ];
  const marks = [design.bold ? 'Best bold' : '', design.underline ? 'second underlined' : '']
    .filter(Boolean)
    .join(', ');
  const explained = isMatrix
    ? 'Rows: trained on. Columns: tested on. Framed: the target is among the sources.'
    : `${tablePhrase(table)}.${marks === '' ? '' : ` ${marks}, among complete rows.`}`;
  const cell = [...table.measures.map((measure) => measures[measure].label), 'threshold'].join(', ');
  const counted = `Every cell: ${cell} and number of ${isMatrix ? 'seeds, then bona fide + attack test samples' : 'runs'}.`;
  return [
    `<section aria-label="${escapeXml(table.title)}">`,
    `<h2>${escapeXml(table.title)} <small>${escapeXml(measureNames(table))} %, ${escapeXml(spreadPhrase(table))}</small></h2>`,
    '<div class="scroll"><table>',
    `<caption>${escapeXml(design.caption ?? explained)} ${escapeXml(counted)}</caption>`,
    `<thead><tr>${heads
      .map(({ name, right }) => `<th scope="col"${right ? ' class="number"' : ''}>${escapeXml(name)}</th>`)
      .join('')}</tr></thead>`,
    '<tbody>',
    ...table.rows.map((row) => tableRow(row, table, stamp)),
    '</tbody></table></div>',
    isMatrix ? heatLegend() : '',
    ...tableNotes(table).map((note) => `<p class="faint">${escapeXml(note)}</p>`),
    '</section>',
  ].join('\n');
}

function tableRow(row: PrintedRow, table: PrintedTable, stamp: string): string {
  const isMatrix = table.design.rows === 'sources';
  const classes = row.complete || isMatrix ? '' : ' class="incomplete"';
  const label = escapeXml(rowName(row));
  const note = isMatrix && row.note !== '' ? ` title="${escapeXml(row.note)}"` : '';
  const heads = shownHeads(table).map((head) => {
    if (head === 'note') return `<td>${escapeXml(row.note)}</td>`;
    const count = head === 'n' ? row.n : (row.parameters ?? 0);
    return `<td class="number">${count === 0 ? '–' : count.toLocaleString('en-US')}</td>`;
  });
  return [
    `<tr${classes}>`,
    `<th scope="row"${note}>${label}</th>`,
    row.sources === null ? '' : `<td>${escapeXml(datasetList(row.sources))}</td>`,
    ...heads,
    ...row.cells.map((cell) => rateCell(cell, table, stamp)),
    '</tr>',
  ].join('');
}

function rateCell(cell: PrintedCell | null, table: PrintedTable, stamp: string): string {
  if (cell === null) return '<td class="rate missing">–<small>not run</small></td>';
  const isMatrix = table.design.rows === 'sources';
  const samples =
    cell.samples && isMatrix ? `<small>${String(cell.samples.bonaFide)} + ${String(cell.samples.attacks)}</small>` : '';
  const rates = table.measures.map(
    (measure, index) =>
      `<span class="pair"><span class="name">${escapeXml(measures[measure].label)}</span> ${rate(cell.rates[index] ?? null)}</span>`,
  );
  const source = cell.runs.length > 0 ? ` title="${escapeXml(cell.runs.join(' '))}"` : '';
  const body = `${rates.join('')}<small>${escapeXml(stamp)}, n = ${String(cell.n)}</small>${samples}`;
  const first = cell.rates[0];
  const isShaded = isMatrix && first && measures[table.measures[0] ?? 'hter'].better === 'low';
  if (!isShaded) return `<td class="rate"${source}>${body}</td>`;
  const share = (first.value - heatRange[0]) / (heatRange[1] - heatRange[0]);
  const dark = heatColour(darkTheme, share);
  const light = heatColour(lightTheme, share);
  const colours = `--df:${dark.fill};--dt:${dark.text};--lf:${light.fill};--lt:${light.text}`;
  return `<td class="rate heat${cell.sameDomain ? ' same' : ''}" style="${colours}"${source}>${body}</td>`;
}

function rate(printed: PrintedRate | null): string {
  if (printed === null) return '–';
  const mean =
    printed.rank === 'best'
      ? `<b>${printed.text}</b>`
      : printed.rank === 'second'
        ? `<u>${printed.text}</u>`
        : `<span>${printed.text}</span>`;
  if (printed.spread === null) return mean;
  return `${mean} <span class="sd">${printed.interval ? `[${printed.spread}]` : `± ${printed.spread}`}</span>`;
}

function heatLegend(): string {
  const swatches = Array.from({ length: 12 }, (_, step) => {
    const dark = heatColour(darkTheme, step / 11);
    const light = heatColour(lightTheme, step / 11);
    return `<i style="--df:${dark.fill};--lf:${light.fill}"></i>`;
  });
  return `<p class="legend faint">HTER ${percent(heatRange[0], 0)} % <span class="ramp">${swatches.join('')}</span> ${percent(heatRange[1], 0)} % <span class="same-key"></span> same domain</p>`;
}

/** Every evaluation with its threshold, its set and exact or bootstrap intervals. */
function ratesSection(data: ReportData, decimals: number): string {
  if (data.evaluations.length === 0) return '';
  const heads = ['Run', 'Train→test', 'Threshold', 'HTER', 'ACER', 'BPCER', 'APCER by attack type', 'AUC', 'n'];
  const numeric = new Set([3, 4, 5, 7, 8]);
  return [
    '<section aria-label="Rates by run">',
    '<h2>Rates by run <small>% on the test set, with 95 % intervals</small></h2>',
    '<div class="scroll"><table class="dense">',
    '<caption>Intervals: exact (Clopper–Pearson) for BPCER and APCER; bootstrap over subjects for HTER and ACER. n: bona fide + attack samples scored.</caption>',
    `<thead><tr>${heads
      .map((head, index) => `<th scope="col"${numeric.has(index) ? ' class="number"' : ''}>${escapeXml(head)}</th>`)
      .join('')}</tr></thead>`,
    '<tbody>',
    ...data.evaluations.map((evaluation) => evaluationRow(evaluation, decimals)),
    '</tbody></table></div>',
    '</section>',
  ].join('\n');
}

function evaluationRow(evaluation: Evaluation, decimals: number): string {
  const { test, threshold } = evaluation;
  const { interval } = test;
  const seed = evaluation.seed === null ? '' : `, seed ${String(evaluation.seed)}`;
  const types = Object.keys(test.apcer.perType).sort();
  const perType = types.map((type) => {
    const count = String(test.n.attacks[type] ?? 0);
    const shown = withInterval(test.apcer.perType[type] ?? null, interval?.apcer.perType[type], decimals);
    return `<span class="type">${escapeXml(type)} ${shown} <small>of ${count}</small></span>`;
  });
  const value = threshold.value === null ? '–' : threshold.value.toFixed(3);
  const failed =
    test.failureToAcquire !== null && test.failureToAcquire > 0
      ? `<small>${percent(test.failureToAcquire, 1)} % not acquired</small>`
      : '';
  return [
    '<tr>',
    `<th scope="row">${escapeXml(evaluation.system)}<small>${escapeXml((evaluation.run ?? 'floor') + seed)}</small></th>`,
    `<td>${escapeXml(`${datasetList(evaluation.source)}→${evaluation.target}`)}</td>`,
    `<td>${value}<small>${escapeXml(threshold.from)}</small></td>`,
    `<td class="number">${withInterval(test.hter, interval?.hter, decimals)}</td>`,
    `<td class="number">${withInterval(test.acer, interval?.acer, decimals)}</td>`,
    `<td class="number">${withInterval(test.bpcer, interval?.bpcer, decimals)}</td>`,
    `<td>${perType.join('') || '–'}</td>`,
    `<td class="number">${test.auc === null ? '–' : test.auc.toFixed(3)}</td>`,
    `<td class="number">${String(test.n.bonaFide)} + ${String(attackCount(test))}${failed}</td>`,
    '</tr>',
  ].join('');
}

function withInterval(
  value: number | null,
  interval: readonly [number, number] | null | undefined,
  decimals: number,
): string {
  if (value === null) return '–';
  if (!interval) return percent(value, decimals);
  return `${percent(value, decimals)} <small>${percent(interval[0], decimals)}–${percent(interval[1], decimals)}</small>`;
}

/** Last, best-on-dev and best-on-test epoch of runs that tested after each one. */
function epochSection({ epochHonesty = [], decimals }: ReportData): string {
  if (epochHonesty.length === 0) return '';
  const rate = (value: number | null) => (value === null ? '–' : percent(value, decimals));
  const number = (text: string) => `<td class="number">${text}</td>`;
  return [
    '<section aria-label="Which epoch">',
    '<h2>Which epoch <small>HTER %, frame level, threshold from the source dev sets of the same epoch</small></h2>',
    '<div class="scroll"><table>',
    '<caption>Best on test chose its epoch by the test set: no result. The gap is how much such a number flatters.</caption>',
    '<thead><tr><th scope="col">System</th><th scope="col">Pair</th>',
    ...['Seed', 'Last', 'Best on dev', 'Best on test', 'Gap', 'Last ones, mean ± sd'].map(
      (name) => `<th scope="col" class="number">${name}</th>`,
    ),
    '</tr></thead><tbody>',
    ...epochHonesty.map((row) =>
      [
        `<tr><th scope="row">${escapeXml(row.system)}</th>`,
        `<td>${escapeXml(`${datasetList(row.source)}→${row.target}`)}</td>`,
        number(String(row.seed)),
        ...[row.last, row.bestOnDev, row.bestOnTest].map(({ epoch, hter }) =>
          number(`${rate(hter)} <small>epoch ${String(epoch)}</small>`),
        ),
        number(rate(row.gap)),
        number(
          row.lastOnes
            ? `${rate(row.lastOnes.mean)} ± ${rate(row.lastOnes.sd)} <small>n = ${String(row.lastOnes.n)}</small>`
            : '–',
        ),
        '</tr>',
      ].join(''),
    ),
    '</tbody></table></div>',
    '</section>',
  ].join('\n');
}

function omittedSection(data: ReportData): string {
  if (data.omitted.length === 0) return '';
  const items = data.omitted.map(({ run, reason }) => `<li><b>${escapeXml(run)}</b>: ${escapeXml(reason)}</li>`);
  return `<section aria-label="Left out"><h2>Left out</h2><ul>${items.join('')}</ul></section>`;
}

function filesSection(data: ReportData): string {
  const files = scoreFiles(data);
  const rows = files.map(
    ({ dataset, set, path, sha256 }) =>
      `<tr><td>${escapeXml(dataset)}</td><td>${escapeXml(set)}</td><td class="path">${escapeXml(path)}</td><td class="path">${escapeXml(sha256)}</td></tr>`,
  );
  return [
    '<section aria-label="Score files">',
    '<h2>Score files</h2>',
    `<p>SHA-256 over all ${String(files.length)}: <code>${scoresDigest(data)}</code></p>`,
    '<details><summary>Each file with its hash</summary><div class="scroll"><table class="dense">',
    '<thead><tr><th scope="col">Dataset</th><th scope="col">Set</th><th scope="col">File</th><th scope="col">SHA-256</th></tr></thead>',
    `<tbody>${rows.join('\n')}</tbody></table></div></details>`,
    '</section>',
  ].join('\n');
}
