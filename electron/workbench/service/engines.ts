import type { WorkbenchContract } from '@shared/contract/channels';
import type { Implementation } from '@shared/contract/peer';
import { listEngines } from '@workbench/engine/start';
import { benchedSpeed, rememberBenchReport } from '@workbench/jobs/measured-speed';
import type { Workbench } from './workbench';

/** `engines.*`. The bench runs in the inspector: engines live in plain Node. */
export function engineChannels(
  workbench: Workbench,
): Pick<Implementation<WorkbenchContract>, 'engines.list' | 'engines.bench'> {
  return {
    'engines.list': async () => {
      const imagesPerSecond = await benchedSpeed();
      return listEngines().map((engine) => (engine.name === 'wasm' ? { ...engine, imagesPerSecond } : engine));
    },
    'engines.bench': async (_input, signal) => {
      const report = await workbench.inspector.ask((inspector) => inspector.bench({}, signal));
      await rememberBenchReport(report);
      return report;
    },
  };
}
