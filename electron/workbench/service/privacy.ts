import type { WorkbenchContract } from '@shared/contract/channels';
import type { Implementation } from '@shared/contract/peer';
import { eraseSubject, planErasure } from '@workbench/jobs/erasure/erase-subject';
import type { Workbench } from './workbench';

/** `privacy.*`: erasing people from the open project. */
export function privacyChannels(
  workbench: Workbench,
): Pick<Implementation<WorkbenchContract>, 'privacy.plan' | 'privacy.erase'> {
  return {
    'privacy.plan': ({ dataset, subject }) => {
      const { project, index } = workbench.current();
      return planErasure(project, index, dataset, subject);
    },
    'privacy.erase': async ({ dataset, subject }) => {
      const { project, index } = workbench.current();
      try {
        return await eraseSubject(project, index, dataset, subject);
      } finally {
        workbench.changes.send({ what: 'datasets' });
        workbench.changes.send({ what: 'protocols' });
      }
    },
  };
}
