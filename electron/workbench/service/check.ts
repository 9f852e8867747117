import type { SampleReference, WorkbenchContract } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import type { Implementation } from '@shared/contract/peer';
import { acknowledgeFinding, readChecks } from '@workbench/datasets/doctor/check-store';
import { checkJob } from '@workbench/jobs/check-job';
import { createJobs } from '@workbench/jobs/create';
import type { Workbench } from './workbench';

type Channels = Extract<keyof WorkbenchContract, `check.${string}`>;

/** Items of a finding that its list carries; the others come when they are asked for. */
const fewItems = 3;

/** `check.*`: what is wrong with datasets, and what people say to it. */
export function checkChannels(workbench: Workbench): Pick<Implementation<WorkbenchContract>, Channels> {
  return {
    'check.start': async ({ datasets }) => {
      const { project } = workbench.current();
      const [job] = await createJobs(project, [await checkJob(project, datasets)]);
      if (job === undefined) throw new Error('a job was created without an id');
      workbench.advance();
      return { job };
    },
    'check.list': async () => {
      const checks = await readChecks(workbench.current().project);
      return checks.map((check) => ({
        ...check,
        findings: check.findings.map((finding) => ({ ...finding, evidence: finding.evidence.slice(0, fewItems) })),
      }));
    },
    'check.evidence': async ({ dataset, finding }) => {
      const { project, columns } = workbench.current();
      const [check] = await readChecks(project, [dataset]);
      const found = check?.findings.find(({ id }) => id === finding);
      if (!found) throw new AppError('not-found', `The last check of ${dataset} has no finding "${finding}".`);
      const samples: SampleReference[] = [];
      for (const id of new Set(found.evidence.map((one) => one.dataset))) {
        const lines = new Map((await columns.of(id)).ids.map((item, index) => [item, index]));
        for (const { dataset: owner, item } of found.evidence) {
          const index = owner === id ? lines.get(item) : undefined;
          if (index !== undefined) samples.push({ dataset: id, index });
        }
      }
      return { samples };
    },
    'check.acknowledge': async ({ finding, reason }) => {
      await acknowledgeFinding(workbench.current().project, finding, reason);
      workbench.changes.send({ what: 'datasets' });
      return {};
    },
  };
}
