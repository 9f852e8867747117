import type { ReportData } from '@shared/domain/report';
import type { FinishedRun } from './finished-run';

/** Leaks that runs were let run with, the runs of the same leaks and reason together; nothing where there are none. */
export function waiversOf(runs: readonly FinishedRun[]): Pick<ReportData, 'waivers'> {
  const waivers = new Map<string, { runs: string[]; reason: string; leaks: string[] }>();
  for (const { job, result } of runs) {
    if (!result.waived) continue;
    const key = JSON.stringify(result.waived);
    const known = waivers.get(key);
    if (known) known.runs.push(job.id);
    else waivers.set(key, { runs: [job.id], ...result.waived });
  }
  return waivers.size === 0 ? {} : { waivers: [...waivers.values()] };
}
