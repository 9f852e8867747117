import { datasetList, nameBesideId } from '@shared/domain/names';
import type { Evaluation, ReportData } from '@shared/domain/report';
import { escapeXml } from '@shared/figures/svg-elements';
import { darkTheme, heatColour, lightTheme } from '@shared/figures/theme';
import { attackCount } from './csv';
import { curveSections } from './html-curves';
import { reportStyle } from './html-style';
import {
  makingPhrases,
  policyStamp,
  rateDefinitions,
  reconstructionStatement,
  scoreFiles,
  scoresDigest,
  spreadPhrase,
  statements,
} from './making';
import {
  ablationTable,
  matrixTable,
  percent,
  type PrintedRate,
  type ReportTable,
  type TableCell,
  type TableOptions,
  type TableRow,
} from './table';

/** The colour range of the matrix, as fractions; printed under it. */
const heatRange = [0.05, 0.4] as const;

/**
 * The report as one page that needs nothing else: no script, no link, no font or picture from outside. Light or dark by
 * the reader's system, light on paper.
 */
export function writeHtml(data: ReportData, options: TableOptions): string {
  const tables = [matrixTable(data, options), ablationTable(data, options)].filter(({ rows }) => rows.length > 0);
  const stamp = policyStamp(data);
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="dark light">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<meta name="generator" content="Relief ${escapeXml(data.relief)}">`,
    `<title>${escapeXml(data.title)}</title>`,
    `<style>${reportStyle}</style>`,
    '</head>',
    '<body>',
    '<main>',
    headSection(data, stamp),
    ...tables.map((table) => tableSection(table, data, stamp)),
    curveSections(data),
    ratesSection(data, options.decimals),
    omittedSection(data),
    filesSection(data),
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function headSection(data: ReportData, stamp: string): string {
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
    `<p>${rateDefinitions.map(escapeXml).join('; ')}. Accepted is a score at or above the threshold.</p>`,
    ...statements(data).map((statement) => `<p class="statement">${escapeXml(statement)}</p>`),
    `<p class="faint">Datasets: ${datasets.join(', ')}. Made <time>${escapeXml(data.madeAt)}</time> by Relief ${escapeXml(data.relief)}.</p>`,
    '</header>',
  ].join('\n');
}

function tableSection(table: ReportTable, data: ReportData, stamp: string): string {
  const heads = ['System', table.kind === 'matrix' ? 'Train' : 'What it is', 'Parameters', 'n'];
  const explained =
    table.kind === 'matrix'
      ? 'Rows: trained on. Columns: tested on. Framed: the target is among the sources.'
      : 'Over all source combinations without the target. Best bold, second underlined, among complete rows.';
  return [
    `<section aria-label="${escapeXml(table.title)}">`,
    `<h2>${escapeXml(table.title)} <small>HTER and ACER %, ${escapeXml(spreadPhrase(data, table.kind))}</small></h2>`,
    '<div class="scroll"><table>',
    `<caption>${escapeXml(explained)} Every cell: HTER, ACER, threshold and number of ${table.kind === 'matrix' ? 'seeds' : 'runs'}${table.kind === 'matrix' ? ', then bona fide + attack test samples' : ''}.</caption>`,
    `<thead><tr>${[...heads, ...table.columns.map(({ label }) => label)]
      .map((head, index) => `<th scope="col"${index > 1 ? ' class="number"' : ''}>${escapeXml(head)}</th>`)
      .join('')}</tr></thead>`,
    '<tbody>',
    ...table.rows.map((row) => tableRow(row, table.kind, stamp)),
    '</tbody></table></div>',
    table.kind === 'matrix' ? heatLegend() : '',
    '</section>',
  ].join('\n');
}

function tableRow(row: TableRow, kind: ReportTable['kind'], stamp: string): string {
  const classes = row.complete || kind === 'matrix' ? '' : ' class="incomplete"';
  const system = escapeXml(row.complete ? row.system : `${row.system} (incomplete)`);
  const parameters = row.parameters === null ? '–' : row.parameters.toLocaleString('en-US');
  const note = kind === 'matrix' && row.note !== '' ? ` title="${escapeXml(row.note)}"` : '';
  return [
    `<tr${classes}>`,
    `<th scope="row"${note}>${system}</th>`,
    `<td>${escapeXml(row.source ?? row.note)}</td>`,
    `<td class="number">${parameters}</td>`,
    `<td class="number">${row.n === 0 ? '–' : String(row.n)}</td>`,
    ...row.cells.map((cell) => rateCell(cell, kind, stamp)),
    '</tr>',
  ].join('');
}

function rateCell(cell: TableCell | null, kind: ReportTable['kind'], stamp: string): string {
  if (cell === null) return '<td class="rate missing">–<small>not run</small></td>';
  const samples = cell.samples
    ? `<small>${String(cell.samples.bonaFide)} + ${String(cell.samples.attacks)}</small>`
    : '';
  const body =
    `<span class="pair"><span class="name">HTER</span> ${rate(cell.hter)}</span>` +
    `<span class="pair"><span class="name">ACER</span> ${rate(cell.acer)}</span>` +
    `<small>${escapeXml(stamp)}, n = ${String(cell.n)}</small>${samples}`;
  if (kind === 'ablation' || cell.value === null) return `<td class="rate">${body}</td>`;
  const share = (cell.value - heatRange[0]) / (heatRange[1] - heatRange[0]);
  const dark = heatColour(darkTheme, share);
  const light = heatColour(lightTheme, share);
  const colours = `--df:${dark.fill};--dt:${dark.text};--lf:${light.fill};--lt:${light.text}`;
  return `<td class="rate heat${cell.sameDomain ? ' same' : ''}" style="${colours}">${body}</td>`;
}

function rate(printed: PrintedRate | null): string {
  if (printed === null) return '–';
  const mean =
    printed.rank === 'best'
      ? `<b>${printed.mean}</b>`
      : printed.rank === 'second'
        ? `<u>${printed.mean}</u>`
        : `<span>${printed.mean}</span>`;
  return printed.sd === null ? mean : `${mean} <span class="sd">± ${printed.sd}</span>`;
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
