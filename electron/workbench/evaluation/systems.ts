import { ExperimentConfig } from '@shared/domain/experiment';
import { diffConfigs, findPreset, presetConfig } from '@shared/domain/settings';
import type { FinishedRun } from './finished-run';

/** Settings named beside a system whose name alone does not tell it apart. */
const namedSettings = 3;

/**
 * The system each run belongs to, by job id: its experiment's name. Runs of one name with different settings (seed, sources
 * and machine aside) are different systems; their names then say in what they differ from their preset.
 */
export function nameSystems(runs: readonly FinishedRun[]): ReadonlyMap<string, string> {
  const settingsOf = new Map<string, Set<string>>();
  for (const run of runs) {
    const known = settingsOf.get(run.job.experiment) ?? new Set();
    const settings = JSON.stringify([comparable(run.config), run.result.depthTarget ?? 'mesh']);
    settingsOf.set(run.job.experiment, known.add(settings));
  }
  return new Map(
    runs.map((run) => {
      const name = run.job.experiment;
      return [run.job.id, (settingsOf.get(name)?.size ?? 1) === 1 ? name : `${name} (${differences(run)})`];
    }),
  );
}

/** What makes a system: all settings but those that vary between its runs, say where it runs, or why it may. */
function comparable(config: ExperimentConfig): ExperimentConfig {
  const defaults = ExperimentConfig.parse({});
  return {
    ...config,
    data: {
      ...config.data,
      sources: defaults.data.sources,
      targets: defaults.data.targets,
      leakWaiver: defaults.data.leakWaiver,
      protocol: foldedProtocol(config.data.protocol),
    },
    train: { ...config.train, seed: defaults.train.seed },
    evaluation: defaults.evaluation,
    compute: defaults.compute,
  };
}

/**
 * The protocol that a fold belongs to: `oulu.P3` for `oulu.P3_4`. Folds of a dataset's protocol are runs of one system, whose
 * mean and deviation over them is how such protocols are reported; protocols of one's own are each their own.
 */
export function foldedProtocol(name: string): string {
  return /^(.+\..+)_\d+$/.exec(name)?.[1] ?? name;
}

function differences(run: FinishedRun): string {
  const preset = findPreset(run.job.preset);
  const base = comparable(preset ? presetConfig(preset) : ExperimentConfig.parse({}));
  const { depthTarget = 'mesh' } = run.result;
  const changed = [
    ...(depthTarget === 'mesh' ? [] : [`depth target=${depthTarget}`]),
    ...diffConfigs(base, comparable(run.config)).map(({ path, to }) => `${path}=${String(to)}`),
  ];
  if (changed.length === 0) return 'as preset';
  const more = changed.length - namedSettings;
  return `${changed.slice(0, namedSettings).join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}`;
}
