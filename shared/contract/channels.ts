import { projectChannels } from './channels/project';
import { checkChannels } from './channels/check';
import { datasetsChannels } from './channels/datasets';
import { samplesChannels } from './channels/samples';
import { privacyChannels } from './channels/privacy';
import { protocolsChannels } from './channels/protocols';
import { viewsChannels } from './channels/views';
import { videoChannels } from './channels/video';
import { recipesChannels } from './channels/recipes';
import { experimentsChannels } from './channels/experiments';
import { presetsChannels } from './channels/presets';
import { jobsChannels } from './channels/jobs';
import { depthChannels } from './channels/depth';
import { scoresChannels } from './channels/scores';
import { reportsChannels } from './channels/reports';
import { bundlesChannels } from './channels/bundles';
import { enginesChannels } from './channels/engines';
import { slurmChannels } from './channels/slurm';
import type { Contract } from './peer';

export * from './channels/references';
export * from './channels/project';
export * from './channels/datasets';
export * from './channels/samples';
export * from './channels/privacy';
export * from './channels/protocols';
export * from './channels/views';
export * from './channels/video';
export * from './channels/recipes';
export * from './channels/experiments';
export * from './channels/presets';
export * from './channels/jobs';
export * from './channels/depth';
export * from './channels/scores';
export * from './channels/reports';
export * from './channels/engines';

/** Everything the window asks of the workbench, a file a noun. */
export const workbenchContract = {
  ...projectChannels,
  ...datasetsChannels,
  ...checkChannels,
  ...samplesChannels,
  ...privacyChannels,
  ...protocolsChannels,
  ...viewsChannels,
  ...videoChannels,
  ...recipesChannels,
  ...experimentsChannels,
  ...presetsChannels,
  ...jobsChannels,
  ...depthChannels,
  ...scoresChannels,
  ...reportsChannels,
  ...bundlesChannels,
  ...enginesChannels,
  ...slurmChannels,
} as const satisfies Contract;

export type WorkbenchContract = typeof workbenchContract;
