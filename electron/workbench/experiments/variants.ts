import { type LaunchOptions, maximumRuns } from '@shared/domain/experiment';
import type { ResolvedExperiment } from '@shared/domain/settings';
import { AppError } from '@shared/contract/errors';
import { editExperimentText, type LocatedProblem, type ReadExperiment, readExperimentText } from './yaml-text';

/** One configuration of a launch: the experiment under a preset and with the values of a grid's point. */
export interface Variant {
  /** What tells it from the others, such as `stage1.l1Weight=10`; null when there is nothing to tell. */
  readonly label: string | null;
  /** Name under which its runs are one system. */
  readonly experiment: string;
  readonly resolved: ResolvedExperiment;
}

export type Variants =
  | { readonly ok: true; readonly variants: readonly Variant[] }
  | { readonly ok: false; readonly problems: readonly LocatedProblem[] };

/**
 * The configurations that a launch asks for: each preset named, times each combination of the grid's values, put over the
 * experiment's own settings. Without either it is the experiment as it stands.
 */
export function variantsOf(text: string, launch: Pick<LaunchOptions, 'presets' | 'grid'>): Variants {
  const base = readExperimentText(text);
  if (!base.ok) return base;
  const presets = launch.presets ?? [];
  const points = gridPoints(launch.grid ?? []);
  if (points.length * Math.max(1, presets.length) > maximumRuns)
    return problemOf('', `This grid has more than ${maximumRuns} points; take values out of it.`);
  const variants: Variant[] = [];
  for (const preset of presets.length > 0 ? presets : [undefined]) {
    for (const point of points) {
      const read = withPoint(text, preset, point);
      if (!read.ok) return { ok: false, problems: read.problems.map((problem) => atVariant(problem, preset, point)) };
      variants.push({
        label: point.length === 0 ? null : labelOf(point),
        experiment: preset === undefined ? base.experiment.head.name : nameUnder(base.experiment.head, preset),
        resolved: read.experiment,
      });
    }
  }
  return { ok: true, variants };
}

type Point = readonly { readonly path: string; readonly value: unknown }[];

/** Every combination of the grid's values, the last setting changing fastest; one empty point without a grid. */
function gridPoints(grid: NonNullable<LaunchOptions['grid']>): Point[] {
  return grid.reduce<Point[]>(
    (points, { path, values }) => points.flatMap((point) => values.map((value) => [...point, { path, value }])),
    [[]],
  );
}

function withPoint(text: string, preset: string | undefined, point: Point): ReadExperiment {
  try {
    let changed = preset === undefined ? text : editExperimentText(text, 'preset', preset);
    for (const { path, value } of point) changed = editExperimentText(changed, path, value);
    return readExperimentText(changed);
  } catch (error) {
    if (error instanceof AppError) return problemOf('', error.message);
    throw error;
  }
}

/** An experiment that is itself named after its preset gives way to each preset's name; another one goes before it. */
function nameUnder({ name, preset: own }: ResolvedExperiment['head'], preset: string): string {
  return name === own ? preset : `${name.slice(0, 63 - preset.length)}-${preset}`;
}

function labelOf(point: Point): string {
  return point.map(({ path, value }) => `${path}=${valueText(value)}`).join(' ');
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function atVariant(problem: LocatedProblem, preset: string | undefined, point: Point): LocatedProblem {
  const where = [
    ...(preset === undefined ? [] : [`preset ${preset}`]),
    ...(point.length === 0 ? [] : [labelOf(point)]),
  ];
  return where.length === 0 ? problem : { ...problem, message: `${problem.message} (with ${where.join(', ')})` };
}

function problemOf(path: string, message: string): { ok: false; problems: LocatedProblem[] } {
  return { ok: false, problems: [{ path, message, line: null }] };
}
