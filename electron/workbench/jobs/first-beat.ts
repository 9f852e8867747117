import { writeJson } from '@workbench/project/files';
import type { ProcessIdentity } from '@workbench/project/process-identity';
import type { JobFolder } from './job-folder';

/** A beat that names who stands for a job until its own process beats. */
export async function writeFirstBeat(folder: JobFolder, attempt: number, identity: ProcessIdentity): Promise<void> {
  await writeJson(
    folder.beatFile,
    {
      ...identity,
      attempt,
      time: new Date().toISOString(),
      progress: null,
      resources: { residentBytes: 0, cpuSeconds: 0, engineBytes: null, tensors: null },
    },
    { durable: false },
  );
}
