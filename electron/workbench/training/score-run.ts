import { setImmediate } from 'node:timers/promises';
import type { ExperimentConfig } from '@shared/domain/experiment';
import type { PreparedData } from '@workbench/datasets/prepared-data';
import type { TrainingOptions } from './events';
import type { Model } from './networks/models';
import type { NamedArrays } from './networks/network';
import { predictorFrom } from './predictor';
import { samplesOf } from './samples';
import { type ScoredFile, type ScoredSet, scoreSet, writeRunScores } from './score-files';

/** Source dev sets, and dev and test sets of all targets: what thresholds and tables are made from. */
export function scoredSets({ data }: ExperimentConfig, datasets: readonly PreparedData[]): ScoredSet[] {
  const targets = data.targets.length > 0 ? data.targets : datasets.map(({ dataset }) => dataset.id);
  const setsOf = (id: string): ('dev' | 'test')[] => {
    if (targets.includes(id)) return ['dev', 'test'];
    return data.sources.includes(id) ? ['dev'] : [];
  };
  return datasets.flatMap((prepared) => {
    const isListed = (set: 'dev' | 'test') =>
      samplesOf(prepared, set).length > 0 || prepared.failed.some(({ item }) => item.set === set);
    return setsOf(prepared.dataset.id)
      .filter(isListed)
      .map((set) => ({ data: prepared, set }));
  });
}

/** Samples that are scored for one epoch. */
export function countScored(sets: readonly ScoredSet[]): number {
  return sets.reduce((sum, { data, set }) => sum + samplesOf(data, set).length, 0);
}

/**
 * Writes the score files of a run's last and best epoch.
 * @param onScored hears of samples as they are scored
 * @returns the files, or null when stopped
 */
export async function scoreRun(
  { config, datasets, engine, folder, signal }: TrainingOptions,
  model: Model,
  weights: Readonly<Record<'last' | 'best', NamedArrays>>,
  onScored: (samples: number) => void,
): Promise<ScoredFile[] | null> {
  const files: ScoredFile[] = [];
  for (const epoch of ['last', 'best'] as const) {
    const predictor = predictorFrom(engine, model, weights[epoch]);
    try {
      for (const set of scoredSets(config, datasets)) {
        if (signal.stopRequested()) return null;
        const rows = await scoreSet(predictor, set, async (samples) => {
          onScored(samples);
          await setImmediate();
        });
        files.push(await writeRunScores(folder, epoch, set, rows));
      }
    } finally {
      predictor.dispose();
    }
  }
  return files;
}
