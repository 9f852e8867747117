import type { Plan, PlannedFold, PlanProblem } from '@shared/contract/channels';
import type { CountsBySet } from '@shared/domain/dataset';
import { type ExperimentConfig, type ExperimentHead, type LaunchOptions, maximumRuns } from '@shared/domain/experiment';
import { diffConfigs, findPreset, presetConfig } from '@shared/domain/settings';
import { countParameters } from '@workbench/training/networks/models';
import { estimateBytes, estimateSeconds, type MeasuredSpeed } from './estimate';
import { type Fold, foldsOf } from './folds';
import { type Variant, variantsOf } from './variants';
import { type LocatedProblem, readExperimentText } from './yaml-text';

/** What a plan needs to know of a dataset: samples with crop and depth by set, or null before preparation. */
export interface PlannedDataset {
  readonly id: string;
  readonly prepared: CountsBySet | null;
}

/** The datasets under each protocol that the launch names, or why there is none. */
export type Divisions = ReadonlyMap<string, readonly PlannedDataset[] | { readonly problem: string }>;

/**
 * What launching an experiment would do, and why it cannot. Pure: the caller brings the project's datasets and speed.
 */
export function planExperiment(
  text: string,
  launch: LaunchOptions,
  datasets: readonly PlannedDataset[],
  speed: MeasuredSpeed | null,
  divisions: Divisions = new Map(),
): Plan {
  const read = readExperimentText(text);
  if (!read.ok) return { ...emptyPlan, problems: read.problems.map(planProblem) };
  const { head, config } = read.experiment;
  const variants = variantsOf(text, launch);
  const folds = foldsOf(
    config.data,
    launch.folds,
    datasets.map(({ id }) => id),
  );
  const preset = findPreset(head.preset);
  const { backbone, head: headCount, total, generator, discriminator } = countParameters(config.model);
  const parameters = { backbone, head: headCount, total, generator, discriminator };
  const named = variants.ok ? protocolsOf(variants.variants) : [config.data.protocol];
  const under = (protocol: string) => {
    const found = divisions.get(protocol);
    return found && !('problem' in found) ? found : datasets;
  };
  const planned = folds.map((fold) => plannedFold(fold, under(config.data.protocol)));
  const runs = folds.length * launch.seeds.length * (variants.ok ? variants.variants.length : 1);
  const largest = planned.reduce((most, fold) => Math.max(most, trainSamples(fold)), 0);
  return {
    head,
    config,
    problems: [
      ...(variants.ok ? [] : variants.problems.map(planProblem)),
      ...named.flatMap((protocol) => protocolProblems(protocol, divisions)),
      ...named.flatMap((protocol) => datasetProblems(folds, under(protocol), protocol)),
      ...foldProblems(folds, config),
      ...launchProblems(launch, runs),
    ],
    changes: preset ? diffConfigs(presetConfig(preset), config) : [],
    parameters,
    folds: planned,
    variants: variants.ok ? variants.variants.map(({ experiment, label }) => ({ experiment, label })) : [],
    runs,
    secondsPerRun: estimateSeconds(config, largest, speed),
    bytesPerRun: estimateBytes(config, parameters),
    command: commandOf(head, config, launch),
  };
}

function planProblem({ path, message, line, meant, held }: LocatedProblem): PlanProblem {
  return {
    path,
    message: path === '' && line !== null ? `line ${line}: ${message}` : message,
    // What an older Relief knew, or a slip of the hand: named anew with its value, or taken out.
    fixes: message.startsWith('unknown setting')
      ? [
          ...(meant === undefined ? [] : [{ label: `Call it ${meant}`, path: meant, value: held, removes: path }]),
          { label: 'Take it out', path, value: undefined },
        ]
      : [],
  };
}

const emptyPlan: Plan = {
  head: null,
  config: null,
  problems: [],
  changes: [],
  parameters: null,
  folds: [],
  runs: 0,
  secondsPerRun: null,
  bytesPerRun: null,
  command: '',
};

/** The command that does the same as the button. */
export function commandOf(head: ExperimentHead, config: ExperimentConfig, launch: LaunchOptions): string {
  const { seeds, folds, presets = [], grid = [] } = launch;
  const inRow = seeds.every((seed, index) => seed === (seeds[0] ?? 0) + index);
  const first = seeds[0] ?? config.train.seed;
  const parts = ['relief', 'train', head.name];
  if (inRow && first !== config.train.seed) parts.push('--set', `train.seed=${first}`);
  if (inRow && seeds.length > 1) parts.push('--seeds', String(seeds.length));
  if (folds !== 'as-given') parts.push(`--${folds}`);
  if (presets.length > 0) parts.push('--presets', presets.join(','));
  for (const { path, values } of grid) parts.push('--grid', shellWord(`${path}=${gridText(values)}`));
  if (launch.executor === 'slurm') parts.push('--executor', 'slurm');
  const command = parts.join(' ');
  if (inRow) return command;
  return seeds.map((seed) => `${command} --set train.seed=${seed}`).join(' && ');
}

function plannedFold({ sources, targets }: Fold, datasets: readonly PlannedDataset[]): PlannedFold {
  const counts: PlannedFold['counts'] = {};
  for (const id of new Set([...sources, ...targets])) {
    const prepared = datasets.find((dataset) => dataset.id === id)?.prepared;
    const count = (set: 'train' | 'dev' | 'test') => (prepared?.[set]?.bonaFide ?? 0) + (prepared?.[set]?.attack ?? 0);
    counts[id] = {
      train: sources.includes(id) ? count('train') : 0,
      dev: sources.includes(id) ? count('dev') : 0,
      test: targets.includes(id) ? count('test') : 0,
    };
  }
  return { sources: [...sources], targets: [...targets], counts };
}

function trainSamples({ counts }: PlannedFold): number {
  return Object.values(counts).reduce((sum, { train }) => sum + train, 0);
}

/** Protocols that the runs of a launch name, each once; empty for the datasets' own sets. */
export function protocolsOf(variants: readonly Pick<Variant, 'resolved'>[]): string[] {
  return [...new Set(variants.map(({ resolved }) => resolved.config.data.protocol))];
}

function protocolProblems(protocol: string, divisions: Divisions): PlanProblem[] {
  const found = divisions.get(protocol);
  if (!found || !('problem' in found)) return [];
  const fixes = [{ label: 'Take the datasets’ own sets', path: 'data.protocol', value: '' }];
  return [{ path: 'data.protocol', message: found.problem, fixes }];
}

function datasetProblems(folds: readonly Fold[], datasets: readonly PlannedDataset[], protocol: string): PlanProblem[] {
  const under = protocol === '' ? '' : ` under protocol ${protocol}`;
  const problems = new Map<string, PlanProblem>();
  const report = (path: string, message: string, fixes: PlanProblem['fixes'] = []) => {
    problems.set(`${path} ${message}`, { path, message, fixes });
  };
  if (datasets.length === 0)
    report('data.sources', 'The project has no dataset yet: import one, or add the synthetic ones.');
  for (const { sources, targets } of folds) {
    if (sources.length === 0) report('data.sources', 'Leaving one dataset out needs at least two.');
    for (const [path, ids] of [
      ['data.sources', sources],
      ['data.targets', targets],
    ] as const) {
      for (const id of ids) {
        const dataset = datasets.find((known) => known.id === id);
        if (!dataset) {
          const others = datasets.map((known) => known.id).filter((known) => !ids.includes(known));
          report(path, `There is no dataset "${id}" in this project.`, [
            { label: `Leave ${id} out`, path, value: ids.filter((other) => other !== id) },
            ...others.map((other) => ({
              label: `Use ${other} instead`,
              path,
              value: ids.map((given) => (given === id ? other : given)),
            })),
          ]);
        } else if (!dataset.prepared) {
          const others = ids.filter((other) => datasets.find((known) => known.id === other)?.prepared);
          report(
            path,
            `Dataset ${id} is not prepared yet. Prepare it first ("relief prepare ${id}"), or leave it out.`,
            others.length > 0 ? [{ label: `Leave ${id} out`, path, value: others }] : [],
          );
        } else if (path === 'data.sources') {
          for (const set of ['train', 'dev'] as const)
            if (lacksClass(dataset.prepared[set]))
              report(path, `The ${set} set of ${id}${under} needs both bona fide and attack samples to be a source.`);
        } else if (!dataset.prepared.test) {
          report(path, `Dataset ${id} has no test sample${under} to be a target.`, [
            { label: `Leave ${id} out`, path, value: ids.filter((other) => other !== id) },
          ]);
        }
      }
    }
  }
  return [...problems.values()];
}

function lacksClass(counts: { bonaFide: number; attack: number } | undefined): boolean {
  return !counts || counts.bonaFide === 0 || counts.attack === 0;
}

/** A batch must hold each label of each source. */
function foldProblems(folds: readonly Fold[], config: ExperimentConfig): PlanProblem[] {
  const most = Math.max(0, ...folds.map(({ sources }) => sources.length));
  const { batchSize } = config.train;
  if (most <= config.data.sources.length || batchSize >= 2 * most) return [];
  return [
    {
      path: 'train.batchSize',
      message: `${batchSize} is fewer than ${2 * most} (2 labels × ${most} source datasets)`,
      fixes: [{ label: `Set it to ${2 * most}`, path: 'train.batchSize', value: 2 * most }],
    },
  ];
}

function launchProblems({ seeds }: LaunchOptions, runs: number): PlanProblem[] {
  const problems: PlanProblem[] = [];
  if (new Set(seeds).size !== seeds.length)
    problems.push({ path: 'train.seed', message: 'A seed is named twice; equal seeds give equal runs.', fixes: [] });
  if (runs > maximumRuns)
    problems.push({ path: '', message: `${runs} runs are more than the ${maximumRuns} of one launch.`, fixes: [] });
  return problems;
}

/** Values as `--grid` takes them: a comma list, or a JSON list where a value holds a comma itself. */
function gridText(values: readonly unknown[]): string {
  const words = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  return words.some((word) => word.includes(',')) ? JSON.stringify(values) : words.join(',');
}

/** A word as a shell takes it for one. */
function shellWord(text: string): string {
  return /^[A-Za-z0-9_.,:=/+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
