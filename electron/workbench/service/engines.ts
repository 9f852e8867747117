import type { WorkbenchContract } from '@shared/contract/channels';
import type { Implementation } from '@shared/contract/peer';
import { rememberMeasurements } from '@workbench/engine/measurements';
import type { Workbench } from './workbench';

/** `engines.*`. All run in the inspector: engines live in plain Node. */
export function engineChannels(
  workbench: Workbench,
): Pick<Implementation<WorkbenchContract>, 'engines.list' | 'engines.bench'> {
  return {
    'engines.list': () => workbench.inspector.ask((inspector) => inspector.engines({})),
    'engines.bench': async (_input, signal) => {
      const report = await workbench.inspector.ask((inspector) => inspector.bench({}, signal));
      await rememberMeasurements(report);
      return report;
    },
  };
}
