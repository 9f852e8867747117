import { AppError } from '@shared/contract/errors';
import type { ExperimentConfig } from '@shared/domain/experiment';
import type { TrainJob, TrainResult } from '@shared/domain/job';
import { leakWords } from '@shared/domain/leak';
import type { Protocol } from '@shared/domain/protocol';
import { ensureFingerprints, LeakFinder } from '@workbench/datasets/doctor/run-leaks';
import { divideBy } from '@workbench/datasets/protocols/division';
import { whatToDo } from '@workbench/experiments/plan-leaks';
import type { JobContext } from './job-context';

/**
 * Looks for what a run's train sets share with the sets that judge it, before anything is computed.
 * @returns what was found and why a person lets it run all the same; undefined when nothing was
 * @throws AppError `conflict` when there is a leak and no reason for it stands in the run's settings
 */
export async function refuseLeaks(
  { project, job, events, log }: JobContext<TrainJob>,
  { data, compute }: ExperimentConfig,
  protocol: Protocol | undefined,
): Promise<TrainResult['waived']> {
  const { sources, targets } = job;
  const datasets = [...new Set([...sources, ...targets])];
  await ensureFingerprints(project, datasets, { threads: compute.threads });
  const finder = await LeakFinder.over(project, datasets);
  const found = finder.leaksOf({ sources, targets }, divideBy(protocol));
  const leaks = found.map((leak) => leakWords(leak));
  if (leaks.length === 0) return undefined;
  const reason = data.leakWaiver;
  if (reason === '') throw new AppError('conflict', `data.leakWaiver: ${leaks.join(' ')} ${whatToDo}`, { leaks });
  for (const leak of leaks) {
    const message = `Leak waived (${reason}): ${leak}`;
    log(`warning: ${message}`);
    events.write({ type: 'finding', severity: 'warning', message });
  }
  return { reason, leaks: found.map((leak) => leakWords(leak, 0)) };
}
