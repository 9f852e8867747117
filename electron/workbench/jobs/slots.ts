import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from '@shared/zod';
import { dataFolder } from '@workbench/project/app-folders';
import { ownIdentity, type ProcessIdentity } from '@workbench/project/process-identity';
import { writeJson } from '@workbench/project/files';
import { readLock, tryLock } from './lock';

/**
 * What runs one job at a time: the processor (WASM uses all cores), later each accelerator. The lock lies in the user's
 * data folder, so that two projects share the machine fairly.
 */
export type Slot = 'cpu';

const SlotHolder = z.object({ project: z.string(), job: z.string(), pid: z.number() });
export type SlotHolder = z.infer<typeof SlotHolder>;

function slotFile(slot: Slot): string {
  return join(dataFolder(), 'slots', `${hostname()}-${slot}.json`);
}

/** Who computes in a slot now; undefined when it is free or its process is gone. */
export function slotHolder(slot: Slot): SlotHolder | undefined {
  return readLock(slotFile(slot), SlotHolder);
}

/** Takes a free slot for a job in the name of this process, until the job's own process is known. */
export function takeSlot(slot: Slot, project: string, job: string): boolean {
  return tryLock(slotFile(slot), ownIdentity(), { project, job });
}

/** Writes the process that really computes into a slot that was taken. */
export async function handSlotTo(slot: Slot, project: string, job: string, process: ProcessIdentity): Promise<void> {
  await writeJson(slotFile(slot), { project, job, ...process }, { durable: false });
}

/** Frees a slot, when this job still holds it. */
export function freeSlot(slot: Slot, project: string, job: string): void {
  const holder = slotHolder(slot);
  if (holder?.project === project && holder.job === job) rmSync(slotFile(slot), { force: true });
}
