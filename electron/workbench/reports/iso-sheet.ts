import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { datasetList } from '@shared/domain/names';
import type { RateInterval, Rates } from '@shared/domain/rates';
import type { Evaluation, ReportData } from '@shared/domain/report';
import { describeLevel } from '@shared/domain/scores';
import { describeThresholdPolicy, isOracle } from '@shared/domain/threshold-policy';
import { detFigure } from '@shared/figures/error-curves';
import { toSvg } from '@shared/figures/svg';
import { escapeXml } from '@shared/figures/svg-elements';
import { darkTheme, lightTheme } from '@shared/figures/theme';
import { percent } from '@shared/tables/measures';
import type { z } from '@shared/zod';
import { writeFileAtomic } from '@workbench/project/files';
import { writeHtmlPage } from './html-page';
import { reportStyle } from './html-style';
import { scoresDigest, statements } from './making';

/** Digits after the point: counts are small, and a sheet is read beside them. */
const decimals = 2;

/**
 * What ISO/IEC 30107-3 asks an evaluation of presentation attack detection to report, a sheet for each system and target: the
 * presentations of every attack instrument species by number, APCER of each with the worst one named, BPCER, BPCER at fixed
 * APCER, non-response rates and the DET curve. ACER is not in it: the standard has dropped it. The layout is ours; a sheet is
 * no certificate. One page without script, link or picture from outside.
 * @throws AppError `invalid` when the report has no evaluation
 */
export function writeIsoSheet(data: ReportData): string {
  if (data.evaluations.length === 0)
    throw new AppError('invalid', `Report "${data.name}" has no evaluation to write a sheet of.`);
  const title = `${data.title}: ISO/IEC 30107-3 style sheets`;
  return writeHtmlPage({
    title,
    relief: data.relief,
    style: `${reportStyle}${sheetStyle}`,
    body: [
      '<header>',
      `<h1>${escapeXml(title)}</h1>`,
      '<p>Terms and rates as in ISO/IEC 30107-3; not a certificate, nor an evaluation by an accredited laboratory. ',
      `Attack presentations come from the datasets named, not from a laboratory. One presentation is one ${data.making.level === 'frame' ? 'frame' : `video, ${escapeXml(describeLevel(data.making.level))}`}.</p>`,
      ...statements(data).map((statement) => `<p class="statement">${escapeXml(statement)}</p>`),
      `<p class="faint">Scores: SHA-256 over all files <code>${scoresDigest(data)}</code>. Made <time>${escapeXml(data.madeAt)}</time> by Relief ${escapeXml(data.relief)}.</p>`,
      '</header>',
      ...data.evaluations.map((evaluation, index) => sheet(evaluation, data.curves[index], data)),
    ],
  });
}

/** Writes the sheets into `folder`. @returns the file's path @throws AppError as {@link writeIsoSheet}, `no-space`, `permission` */
export async function exportIsoSheet(data: ReportData, folder: string): Promise<string> {
  const path = join(folder, `${data.name}-iso-30107-3.html`);
  await writeFileAtomic(path, writeIsoSheet(data));
  return path;
}

function sheet(evaluation: Evaluation, curve: ReportData['curves'][number] | undefined, data: ReportData): string {
  const { system, source, target, seed, test } = evaluation;
  const pair = `${datasetList(source)}→${target}`;
  const name = [system, pair, ...(seed === null ? [] : [`seed ${String(seed)}`])].join(', ');
  return [
    `<section class="sheet" aria-label="${escapeXml(name)}">`,
    `<h2>${escapeXml(name)}</h2>`,
    facts(evaluation, data),
    speciesTable(test),
    fixedTable(test),
    curve && curve.far.length > 0 ? curveOf(evaluation, curve, pair) : '',
    '</section>',
  ].join('\n');
}

/** What was tested, on whom, and where the threshold comes from. */
function facts({ run, system, target, source, threshold, test }: Evaluation, data: ReportData): string {
  const name = data.datasets.find(({ id }) => id === target)?.name ?? target;
  const { interval } = test;
  const policy = describeThresholdPolicy(threshold.policy);
  const rows: [string, string][] = [
    ['Item under test', run === null ? system : `${system}, run ${run}`],
    ['Trained on', datasetList(source)],
    ['Evaluated on', `${target}, test set${name === target ? '' : ` (${name})`}`],
    [
      'Test subjects',
      interval?.unit === 'subject' ? String(interval.subjects ?? 'not said') : 'not said by the scores',
    ],
    ['Attack instrument species', String(Object.keys(test.n.attacks).length)],
    [
      'Decision threshold',
      `${threshold.value === null ? 'none' : threshold.value.toFixed(4)}, ${policy}, from ${threshold.from}${isOracle(threshold.policy) ? ' (looks at the test set)' : ''}`,
    ],
  ];
  return `<table class="facts"><tbody>${rows
    .map(([head, value]) => `<tr><th scope="row">${head}</th><td>${escapeXml(value)}</td></tr>`)
    .join('')}</tbody></table>`;
}

/** Presentations, errors and non-responses of every species and of bona fide people. */
function speciesTable({ n, apcer, bpcer, interval, failures, worstType }: Rates): string {
  const species = Object.keys(n.attacks).sort();
  const row = (
    head: string,
    {
      scored,
      missed,
      rate,
      ends,
      worst = false,
    }: { scored: number; missed: number; rate: number | null; ends: Ends; worst?: boolean },
  ) =>
    [
      `<tr${worst ? ' class="worst"' : ''}><th scope="row">${escapeXml(head)}${worst ? ' <small>worst</small>' : ''}</th>`,
      numberCell(String(scored + missed)),
      numberCell(scored + missed === 0 ? '–' : percent(missed / (scored + missed), decimals)),
      numberCell(rate === null ? '–' : String(Math.round(rate * scored))),
      numberCell(rate === null ? '–' : percent(rate, decimals)),
      numberCell(ends ? `${percent(ends[0], decimals)}–${percent(ends[1], decimals)}` : '–'),
      '</tr>',
    ].join('');
  return [
    '<table class="dense species">',
    '<caption>Classification at the threshold. APCER of each species over its presentations that got a response; the worst species is the figure of the item. Intervals: 95 %, Clopper–Pearson.</caption>',
    heads('Presentations', ['n', 'Non-response %', 'Errors', 'Error rate %', '95 % interval']),
    '<tbody>',
    ...species.map((type) =>
      row(`APCER, ${type}`, {
        scored: n.attacks[type] ?? 0,
        missed: failures?.attacks[type] ?? 0,
        rate: apcer.perType[type] ?? null,
        ends: interval?.apcer.perType[type] ?? null,
        worst: type === worstType,
      }),
    ),
    row('BPCER, bona fide', {
      scored: n.bonaFide,
      missed: failures?.bonaFide ?? 0,
      rate: bpcer,
      ends: interval?.bpcer ?? null,
    }),
    '</tbody></table>',
  ].join('\n');
}

/** BPCER where every species has APCER at most 10, 5 and 1 %. */
function fixedTable({ bpcer10, bpcer20, bpcer100, ownThresholds, smallestBpcer }: Rates): string {
  const rows = [
    { name: 'BPCER10', apcer: '10', bpcer: bpcer10, at: ownThresholds?.bpcer10, least: smallestBpcer?.['10'] },
    { name: 'BPCER20', apcer: '5', bpcer: bpcer20, at: ownThresholds?.bpcer20, least: smallestBpcer?.['20'] },
    { name: 'BPCER100', apcer: '1', bpcer: bpcer100, at: ownThresholds?.bpcer100, least: smallestBpcer?.['100'] },
  ];
  const rate = (value: number | null | undefined) =>
    numberCell(value === null || value === undefined ? '–' : percent(value, decimals));
  return [
    '<table class="dense species">',
    '<caption>BPCER at fixed APCER, thresholds from the test set itself: they describe the curve, not an operating point that was known before. Least: at the lowest threshold that holds the APCER.</caption>',
    heads('Rate', ['APCER of every species at most, %', 'Threshold', 'BPCER %', 'Least BPCER %']),
    '<tbody>',
    ...rows.map(
      ({ name, apcer, bpcer, at, least }) =>
        `<tr><th scope="row">${name}</th>${numberCell(apcer)}${numberCell(at === null || at === undefined ? '–' : at.toFixed(4))}${rate(bpcer)}${rate(least)}</tr>`,
    ),
    '</tbody></table>',
  ].join('\n');
}

function curveOf(
  { system, run, test }: Evaluation,
  { far, frr }: { readonly far: number[]; readonly frr: number[] },
  pair: string,
): string {
  const { pooled } = test.apcer;
  const point = pooled === null || test.bpcer === null ? null : { far: pooled, frr: test.bpcer };
  const figure = detFigure([{ label: system, far, frr, floor: run === null, operatingPoint: point }], {
    subtitle: `${pair}, attacks pooled`,
  });
  const drawn = { background: false, inline: true, width: 400 } as const;
  return `<figure><div class="in-dark">${toSvg(figure, darkTheme, drawn)}</div><div class="in-light">${toSvg(figure, lightTheme, drawn)}</div></figure>`;
}

type Ends = z.infer<typeof RateInterval>;

const numberCell = (text: string) => `<td class="number">${text}</td>`;

function heads(first: string, others: readonly string[]): string {
  const cells = others.map((name) => `<th scope="col" class="number">${name}</th>`);
  return `<thead><tr><th scope="col">${first}</th>${cells.join('')}</tr></thead>`;
}

const sheetStyle = `
.facts { margin-bottom: 12px; }
.facts th { color: var(--text-3); font-size: 12px; padding-right: 24px; }
.species { width: auto; margin-bottom: 16px; }
.species th, .species td { padding-right: 28px; }
.species .worst th, .species .worst td { font-weight: 700; }
.species th small { display: inline; }
@media print { .sheet { break-before: page; } .sheet:first-of-type { break-before: auto; } }
`;
