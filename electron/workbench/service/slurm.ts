import type { WorkbenchContract } from '@shared/contract/channels';
import type { Implementation } from '@shared/contract/peer';
import { readSlurmSettings, saveSlurmSettings, slurmStatus } from '@workbench/jobs/executors/slurm/settings';

/** `slurm.*`. */
export function slurmChannels(): Pick<Implementation<WorkbenchContract>, 'slurm.status' | 'slurm.save'> {
  return {
    'slurm.status': () => slurmStatus(),
    'slurm.save': async ({ settings }) => {
      const { setup } = await readSlurmSettings();
      const kept = { ...settings, setup };
      await saveSlurmSettings(kept);
      return kept;
    },
  };
}
