import type { WorkbenchContract } from '@shared/contract/channels';
import type { Implementation } from '@shared/contract/peer';
import { checkChannels } from './service/check';
import { datasetChannels } from './service/datasets';
import { depthChannels } from './service/depth';
import { engineChannels } from './service/engines';
import { experimentChannels } from './service/experiments';
import { everythingGranted } from './service/grants';
import { jobChannels } from './service/jobs';
import { mediaChannels } from './service/media';
import { projectChannels } from './service/project';
import { presetChannels } from './service/presets';
import { privacyChannels } from './service/privacy';
import { protocolChannels } from './service/protocols';
import { recipeChannels } from './service/recipes';
import { bundleChannels } from './service/bundles';
import { reportChannels } from './service/reports';
import { sampleChannels } from './service/samples';
import { scoreChannels } from './service/scores';
import { slurmChannels } from './service/slurm';
import { systemChannels } from './service/system';
import { videoChannels } from './service/video';
import { viewChannels } from './service/views';
import { Workbench, type WorkbenchOptions } from './service/workbench';

export interface Service {
  readonly implementation: Implementation<WorkbenchContract>;
  /** Lets go of the open project and of the inspector; jobs go on. */
  end(): Promise<void>;
}

/**
 * Everything that the contract offers, over one open project. The window's workbench process serves it on ports, the
 * command line and tests call it in their own process.
 */
export function createService(options: Partial<WorkbenchOptions> = {}): Service {
  const workbench = new Workbench({
    role: options.role ?? 'command',
    grants: options.grants ?? everythingGranted,
    log: options.log ?? (() => undefined),
  });
  return {
    implementation: {
      ...systemChannels(workbench),
      ...projectChannels(workbench),
      ...datasetChannels(workbench),
      ...checkChannels(workbench),
      ...sampleChannels(workbench),
      ...privacyChannels(workbench),
      ...protocolChannels(workbench),
      ...viewChannels(workbench),
      ...videoChannels(),
      ...recipeChannels(workbench),
      ...mediaChannels(workbench),
      ...experimentChannels(workbench),
      ...presetChannels(workbench),
      ...jobChannels(workbench),
      ...depthChannels(workbench),
      ...scoreChannels(workbench),
      ...reportChannels(workbench),
      ...bundleChannels(workbench),
      ...engineChannels(workbench),
      ...slurmChannels(),
    },
    end: () => workbench.end(),
  };
}
