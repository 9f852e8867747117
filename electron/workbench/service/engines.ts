import type { InstallNews, WorkbenchContract } from '@shared/contract/channels';
import type { Implementation } from '@shared/contract/peer';
import { AsyncQueue } from '@shared/contract/queue';
import { rememberMeasurements } from '@workbench/engine/measurements';
import { installTensorFlow, removeTensorFlow } from '@workbench/engine/tensorflow/install/install';
import { findNode } from '@workbench/jobs/executors/node-runtime';
import type { Workbench } from './workbench';

type EngineChannels = Pick<
  Implementation<WorkbenchContract>,
  'engines.list' | 'engines.bench' | 'engines.install' | 'engines.remove'
>;

/** `engines.*`. What runs an engine runs in the inspector: engines live in plain Node. Installing only starts programs. */
export function engineChannels(workbench: Workbench): EngineChannels {
  return {
    'engines.list': () => workbench.inspector.ask((inspector) => inspector.engines({})),
    'engines.bench': async (_input, signal) => {
      const report = await workbench.inspector.ask((inspector) => inspector.bench({}, signal));
      await rememberMeasurements(report);
      return report;
    },
    async *'engines.install'({ variant, from }, signal) {
      if (from !== null) workbench.options.grants.check(from);
      const news = new AsyncQueue<InstallNews>();
      const work = installTensorFlow({
        ...{ variant, from, signal, node: findNode(), role: workbench.options.role },
        onProgress: (progress) => {
          news.push({ kind: 'progress', ...progress });
        },
      }).finally(() => {
        news.close();
      });
      yield* news;
      yield { kind: 'installed', ...(await work) };
    },
    'engines.remove': () => removeTensorFlow(workbench.options.role),
  };
}
