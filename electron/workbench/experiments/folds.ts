import type { ExperimentConfig, LaunchOptions } from '@shared/domain/experiment';

/** One combination of source and target datasets. */
export interface Fold {
  readonly sources: readonly string[];
  readonly targets: readonly string[];
}

/**
 * How an experiment's datasets become runs. No targets named means every dataset of the project.
 * - `as-given`: one fold.
 * - `leave-one-out`: each dataset is the target once, trained on all the others.
 * - `single-source`: each dataset is the only source once, tested on all.
 */
export function foldsOf(
  data: ExperimentConfig['data'],
  folds: LaunchOptions['folds'],
  projectDatasets: readonly string[],
): Fold[] {
  const named = data.targets.length > 0 ? [...new Set([...data.sources, ...data.targets])] : [...projectDatasets];
  const targets = data.targets.length > 0 ? data.targets : projectDatasets;
  switch (folds) {
    case 'as-given':
      return [{ sources: data.sources, targets }];
    case 'leave-one-out':
      return named.map((left) => ({ sources: named.filter((other) => other !== left), targets: [left] }));
    case 'single-source':
      return named.map((source) => ({ sources: [source], targets: named }));
  }
}

/** The configuration of one run: its fold's datasets and its seed in place. */
export function configOfRun(config: ExperimentConfig, fold: Fold, seed: number): ExperimentConfig {
  return {
    ...config,
    data: { ...config.data, sources: [...fold.sources], targets: [...fold.targets] },
    train: { ...config.train, seed },
  };
}
