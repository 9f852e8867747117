import { AppError } from '@shared/contract/errors';
import type { EpochHonesty } from '@shared/domain/report';
import { chooseEpochs } from '@shared/metrics/epoch-choice';
import type { Project } from '@workbench/project/project';
import { type FinishedRun, readFinishedRun } from './finished-run';
import { nameSystems } from './systems';

/**
 * Last, best-on-dev and best-on-test epoch of every run that tested after each epoch, on each of its targets. At frame level
 * and the source dev sets' EER threshold of each epoch, whatever the report asks for.
 */
export function epochHonesty(runs: readonly FinishedRun[], systems: ReadonlyMap<string, string>): EpochHonesty[] {
  return runs.flatMap(({ job, result }) => {
    const { epochTests = [], epochs } = result;
    const targets = [...new Set(epochTests.flatMap(({ tests }) => tests.map(({ dataset }) => dataset)))];
    return targets.flatMap((target) => {
      const values = epochTests.map(({ epoch, tests }) => ({
        epoch,
        error: tests.find(({ dataset }) => dataset === target)?.hter ?? null,
      }));
      const choice = chooseEpochs(values, epochs.best);
      if (!choice) return [];
      const { n, mean, sampleSd } = choice.lastOnes;
      return [
        {
          run: job.id,
          system: systems.get(job.id) ?? job.experiment,
          seed: job.seed,
          source: job.sources,
          target,
          epochs: values.length,
          last: { epoch: choice.last.epoch, hter: choice.last.error },
          bestOnDev: { epoch: choice.bestOnDev.epoch, hter: choice.bestOnDev.error },
          bestOnTest: { epoch: choice.bestOnTest.epoch, hter: choice.bestOnTest.error },
          gap: choice.gap,
          lastOnes: mean === null ? null : { mean, sd: sampleSd, n },
        },
      ];
    });
  });
}

/**
 * The same for named runs.
 * @throws AppError `invalid` naming a run that did not test after each epoch; what reading a run throws
 */
export async function honestyOf(project: Project, ids: readonly string[]): Promise<EpochHonesty[]> {
  const runs = await Promise.all(ids.map((id) => readFinishedRun(project, id)));
  const without = runs.find(({ result }) => result.epochTests === undefined);
  if (without)
    throw new AppError(
      'invalid',
      `${without.job.id} did not test after each epoch: train it with --set evaluation.testEveryEpoch=true.`,
      { job: without.job.id },
    );
  return epochHonesty(runs, nameSystems(runs));
}
