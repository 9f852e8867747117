import { writeFileSync, renameSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from '@shared/zod';
import { Progress } from '@shared/domain/job';
import { systemCode } from '@workbench/project/file-errors';

/**
 * A thread of the job that writes `beat.json` every two seconds, whatever the main thread is busy with. So an old beat
 * means a stopped process or a disk that hangs, never a long step.
 */
const everyMs = 2000;

const Start = z.object({
  file: z.string(),
  host: z.string(),
  pid: z.number(),
  processStart: z.string().nullable(),
  attempt: z.number(),
});
const Update = z.object({
  progress: Progress.nullable(),
  engineBytes: z.number().nullable(),
  tensors: z.number().nullable(),
});

const { file, ...identity } = Start.parse(workerData);
let latest: z.infer<typeof Update> = { progress: null, engineBytes: null, tensors: null };
let warned = false;

function beat(): void {
  const { user, system } = process.cpuUsage();
  const content = {
    ...identity,
    time: new Date().toISOString(),
    progress: latest.progress,
    resources: {
      residentBytes: process.memoryUsage.rss(),
      cpuSeconds: (user + system) / 1e6,
      engineBytes: latest.engineBytes,
      tensors: latest.tensors,
    },
  };
  try {
    writeFileSync(`${file}.tmp`, JSON.stringify(content));
    renameSync(`${file}.tmp`, file);
  } catch (error) {
    // A full disk stops the beat, not the job: the job meets the same error when it saves, and says so.
    if (systemCode(error) === undefined) throw error;
    if (!warned) process.stderr.write(`beat not written: ${String(systemCode(error))}\n`);
    warned = true;
  }
}

parentPort?.on('message', (message: unknown) => {
  const update = Update.safeParse(message);
  if (update.success) latest = update.data;
  else if (message === 'beat-now') beat();
});
setInterval(beat, everyMs);
beat();
