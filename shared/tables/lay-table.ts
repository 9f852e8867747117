import type { PrintedCell, PrintedRate, PrintedRow, PrintedTable } from '@shared/domain/printed-table';
import type { Evaluation, ReportData } from '@shared/domain/report';
import { defaultTables, type TableDesign, type TableMeasure } from '@shared/domain/table-design';
import { measures, percent } from './measures';
import { ranked } from './rank';
import { type Measured, meanOverTargets, measureOver } from './spread';
import { waiverNotes } from './waiver-words';

type TableSource = Pick<ReportData, 'name' | 'decimals' | 'datasets' | 'matrix' | 'evaluations'> &
  Partial<Pick<ReportData, 'label' | 'tables' | 'comparison' | 'spread' | 'foreign' | 'waivers'>>;

/** Every table of a report, laid out; those without a row are left out. */
export function layTables(data: TableSource): PrintedTable[] {
  return (data.tables ?? defaultTables).map((design) => layTable(data, design)).filter(({ rows }) => rows.length > 0);
}

/** One table: its rows and columns as designed, its numbers from the report's evaluations. */
export function layTable(data: TableSource, design: TableDesign): PrintedTable {
  const counted = data.evaluations.filter(belongs(data, design));
  const targets = targetsOf(data, design, counted);
  const context: Context = {
    data,
    design,
    targets,
    evaluations: counted.filter(({ target }) => targets.includes(target)),
    decimals: design.decimals ?? data.decimals,
  };
  const rows = design.rows === 'systems' ? [...systemRows(context), ...comparisonRows(context)] : sourceRows(context);
  const remarks = waiverNotes(data.waivers ?? [], new Set(context.evaluations.flatMap(({ run }) => run ?? [])));
  const name = (target: string) => (design.columnNames === 'arrow' ? `→${target}` : target);
  return {
    id: design.id,
    title: design.title,
    label: design.label ?? `${data.label ?? `tab:${data.name}`}-${design.id}`,
    measures: design.measures,
    spread: data.spread ?? 'sample',
    columns: [
      ...targets.map((target) => ({ label: name(target), target })),
      ...(hasMean(design) ? [{ label: 'Mean', target: null }] : []),
    ],
    // Rows of different sources answer different questions: only rows of systems are ranked.
    rows: design.rows === 'systems' ? ranked(rows, design) : rows,
    ...(remarks.length > 0 ? { remarks } : {}),
    design,
  };
}

interface Context {
  readonly data: TableSource;
  readonly design: TableDesign;
  readonly targets: readonly string[];
  readonly evaluations: readonly Evaluation[];
  readonly decimals: number;
}

const hasMean = ({ rows, mean }: TableDesign) => rows === 'systems' && mean;

/** Which evaluations a design counts. */
function belongs({ datasets }: TableSource, { rows, runs, systems }: TableDesign): (one: Evaluation) => boolean {
  const wanted = new Set(systems.map(({ system }) => system));
  const isWanted = ({ system }: Evaluation) => wanted.size === 0 || wanted.has(system);
  if (rows === 'sources') return isWanted;
  const kinds = {
    across: ({ sameDomain }: Evaluation) => !sameDomain,
    'leave-one-out': ({ sameDomain, source }: Evaluation) => !sameDomain && source.length === datasets.length - 1,
    'single-source': ({ sameDomain, source }: Evaluation) => !sameDomain && source.length === 1,
    within: ({ sameDomain, source }: Evaluation) => sameDomain && source.length === 1,
  };
  return (one) => isWanted(one) && kinds[runs](one);
}

/** The design's targets that were tested on, or all of them in the order in which the report lists its datasets. */
function targetsOf({ datasets }: TableSource, { columns }: TableDesign, counted: readonly Evaluation[]): string[] {
  const present = new Set(counted.map(({ target }) => target));
  if (columns.length > 0) return columns.filter((id) => present.has(id));
  const listed = datasets.map(({ id }) => id).filter((id) => present.has(id));
  return [...listed, ...[...present].filter((id) => !listed.includes(id)).sort()];
}

function systemRows(context: Context): PrintedRow[] {
  const { evaluations, design, targets, data } = context;
  // Source combinations tested on each target: what a complete row has to cover. Imported scores may come from anywhere, so
  // they are no measure of that.
  const ofProject = evaluations.filter(({ foreign }) => foreign === undefined);
  const combinations = new Map(targets.map((target) => [target, sourcesOn(ofProject, target).size]));
  return systemsOf(context).map(({ system, label }) => {
    const own = evaluations.filter((one) => one.system === system);
    const tested = targets.map((target) => own.filter((one) => one.target === target));
    const measured = tested.map((runs) => design.measures.map((measure) => measureOver(runs, measure, data.spread)));
    const cells = tested.map((runs, column) => cellOf(runs, measured[column] ?? [], context, false));
    if (hasMean(design)) {
      const means = design.measures.map((_, index) => meanOverTargets(measured.map((rates) => rates[index] ?? null)));
      cells.push(meanCell(means, own, context));
    }
    const facts = factsOf(context, system);
    const complete = targets.every(
      (target, column) =>
        (measured[column]?.[0] ?? null) !== null &&
        (facts.origin === 'foreign' || sourcesOn(own, target).size === combinations.get(target)),
    );
    return { ...facts, system, label: marked(label, facts.origin), sources: null, complete, n: fewest(cells), cells };
  });
}

function sourceRows(context: Context): PrintedRow[] {
  const { evaluations, targets } = context;
  return systemsOf(context).flatMap(({ system, label }) => {
    const own = evaluations.filter((one) => one.system === system);
    const combinations = new Map(own.map(({ source }) => [source.join(), source]));
    const facts = factsOf(context, system);
    return [...combinations.values()].map((source) => {
      const cells = targets.map((target) => {
        const runs = own.filter((one) => one.target === target && one.source.join() === source.join());
        const measured = context.design.measures.map((measure) => measureOver(runs, measure, context.data.spread));
        return cellOf(runs, measured, context, source.includes(target));
      });
      return {
        ...facts,
        system,
        label: marked(label, facts.origin),
        sources: source,
        complete: cells.every((cell) => cell !== null),
        n: fewest(cells),
        cells,
      };
    });
  });
}

/** The design's systems that have an evaluation, or all in the report's order. */
function systemsOf({ evaluations, design }: Context): { system: string; label: string }[] {
  const present = [...new Set(evaluations.map(({ system }) => system))];
  if (design.systems.length === 0) return present.map((system) => ({ system, label: system }));
  return design.systems
    .filter(({ system }) => present.includes(system))
    .map(({ system, label }) => ({ system, label: label === undefined || label === '' ? system : label }));
}

function factsOf(
  { data }: Context,
  system: string,
): Pick<PrintedRow, 'note' | 'floor' | 'parameters' | 'origin' | 'made'> {
  const row = data.matrix.find((one) => one.system === system);
  const floor = row?.floor ?? false;
  const file = data.evaluations.find((one) => one.system === system)?.files[0];
  return {
    note: row?.note ?? '',
    floor,
    parameters: row?.parameters ?? null,
    origin: row?.origin ?? (floor ? 'floor' : 'run'),
    made: file ? `scores in ${file.path}` : (row?.note ?? ''),
  };
}

/** Marks names of rows that no run of the project made: a dagger for imported scores, a double one for other papers. */
function marked(label: string, origin: PrintedRow['origin']): string {
  return origin === 'foreign' ? `${label} †` : origin === 'published' || origin === 'typed' ? `${label} ‡` : label;
}

/** Rows of other papers and rows typed by hand, whose values stand as they were printed: n is 0, for nothing was rerun. */
function comparisonRows(context: Context): PrintedRow[] {
  const { data, design, targets } = context;
  if (!design.comparison) return [];
  return (data.comparison ?? []).map(({ name, note, kind, source, threshold, cells }): PrintedRow => {
    const own = targets.map((target) => cells.find((cell) => cell.target === target) ?? null);
    const values = own.map((cell) =>
      design.measures.map((measure): Measured | null => {
        if (cell === null || !(measure === 'hter' || measure === 'acer' || measure === 'auc')) return null;
        const mean = cell[measure];
        return mean === null ? null : { mean, sd: measure === 'acer' ? cell.acerSd : null, n: 0, interval: null };
      }),
    );
    const print = (measured: readonly (Measured | null)[]): PrintedCell | null =>
      measured.every((one) => one === null)
        ? null
        : {
            rates: measured.map((one, index) => printRate(one, context, design.measures[index])),
            sameDomain: false,
            n: 0,
            samples: null,
            runs: [],
          };
    const means = design.measures.map((_, index) => meanOverTargets(values.map((rates) => rates[index] ?? null)));
    const rerun = kind === 'published' ? 'published, not rerun' : 'typed by hand';
    const made = [rerun, source, threshold === null ? '' : `threshold: ${threshold}`].filter((part) => part !== '');
    return {
      system: name,
      label: marked(name, kind),
      note: [note, rerun].filter((part) => part !== '').join('; '),
      origin: kind,
      made: made.join('; '),
      threshold: threshold ?? 'not said',
      sources: null,
      parameters: null,
      floor: false,
      complete: values.every((rates) => rates[0] !== null),
      n: 0,
      cells: [...values.map(print), ...(hasMean(design) ? [print(means)] : [])],
    };
  });
}

function sourcesOn(evaluations: readonly Evaluation[], target: string): Set<string> {
  return new Set(evaluations.filter((one) => one.target === target).map(({ source }) => source.join()));
}

function cellOf(
  runs: readonly Evaluation[],
  measured: readonly (Measured | null)[],
  context: Context,
  sameDomain: boolean,
): PrintedCell | null {
  const [example] = runs;
  if (!example || measured.every((one) => one === null)) return null;
  const { bonaFide, attacks } = example.test.n;
  return {
    rates: measured.map((one, index) => printRate(one, context, context.design.measures[index])),
    sameDomain,
    n: measured.find((one) => one !== null)?.n ?? 0,
    samples: { bonaFide, attacks: Object.values(attacks).reduce((sum, count) => sum + count, 0) },
    runs: runs.flatMap(({ run }) => run ?? []),
  };
}

function meanCell(
  means: readonly (Measured | null)[],
  runs: readonly Evaluation[],
  context: Context,
): PrintedCell | null {
  if (means.every((one) => one === null)) return null;
  return {
    rates: means.map((one, index) => printRate(one, context, context.design.measures[index])),
    sameDomain: false,
    n: means.find((one) => one !== null)?.n ?? 0,
    samples: null,
    runs: runs.flatMap(({ run }) => run ?? []),
  };
}

function printRate(
  measured: Measured | null,
  { design, decimals }: Context,
  measure: TableMeasure | undefined,
): PrintedRate | null {
  if (measured === null || measure === undefined || !(measure in measures)) return null;
  const { mean, sd, n } = measured;
  const interval: [number, number] | null =
    design.spread === 'interval' && measured.interval ? [measured.interval[0], measured.interval[1]] : null;
  const spread = interval
    ? `${percent(interval[0], decimals)}–${percent(interval[1], decimals)}`
    : design.spread === 'sd' && sd !== null
      ? percent(sd, decimals)
      : null;
  return { text: percent(mean, decimals), spread, value: mean, sd, interval, n, rank: null };
}

function fewest(cells: readonly (PrintedCell | null)[]): number {
  const counts = cells.flatMap((cell) => (cell ? [cell.n] : []));
  return counts.length === 0 ? 0 : Math.min(...counts);
}
