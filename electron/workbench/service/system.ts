import { statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import type { WorkbenchContract } from '@shared/contract/channels';
import type { Implementation } from '@shared/contract/peer';
import { dataFolder } from '@workbench/project/app-folders';
import { reliefVersion } from '@workbench/project/version';
import type { Workbench } from './workbench';

/** `system.*`: the machine. */
export function systemChannels(workbench: Workbench): Pick<Implementation<WorkbenchContract>, 'system.info'> {
  return {
    'system.info': async () => ({
      version: reliefVersion(),
      cores: availableParallelism(),
      memoryBytes: totalmem(),
      freeDiskBytes: await freeBytes(workbench.present?.project.folder ?? dataFolder()),
    }),
  };
}

async function freeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null; // Not there yet, or a file system that does not tell.
  }
}
