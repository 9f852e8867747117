import { readdirSync, rmSync } from 'node:fs';
import { availableParallelism, hostname } from 'node:os';
import { join } from 'node:path';
import type { ExperimentConfig } from '@shared/domain/experiment';
import { z } from '@shared/zod';
import { isOnGpu } from '@workbench/engine/tensorflow/provider';
import { dataFolder } from '@workbench/project/app-folders';
import { systemCode } from '@workbench/project/file-errors';
import { writeJson } from '@workbench/project/files';
import { ownIdentity, type ProcessIdentity } from '@workbench/project/process-identity';
import { readLock, tryLock } from './lock';

/**
 * What a job computes with: so many of the processor's cores, or an accelerator by itself. Each core and each accelerator
 * has a lock in the user's data folder, so that two projects share the machine fairly.
 */
export type Need = { readonly kind: 'cpu'; readonly cores: number } | { readonly kind: 'accelerator' };

const SlotHolder = z.object({ project: z.string(), job: z.string(), pid: z.number() });
export type SlotHolder = z.infer<typeof SlotHolder>;

/** A training takes as many cores as it has threads, all by default; whatever has no settings takes all. */
export function needOf(config: Pick<ExperimentConfig, 'compute'> | undefined): Need {
  const { engine, threads } = config?.compute ?? { engine: 'auto', threads: 0 };
  // What computes beside the processor takes one run at a time.
  if (engine === 'webgpu' || (engine === 'tensorflow' && isOnGpu())) return { kind: 'accelerator' };
  const all = availableParallelism();
  return { kind: 'cpu', cores: threads === 0 ? all : Math.min(threads, all) };
}

const folder = () => join(dataFolder(), 'slots');

/** Names of the locks of a kind on this machine. */
function slotsOf(kind: Need['kind']): string[] {
  if (kind === 'accelerator') return [`${hostname()}-accelerator-0`];
  return Array.from({ length: availableParallelism() }, (_, core) => `${hostname()}-cpu-${core}`);
}

function slotFile(slot: string): string {
  return join(folder(), `${slot}.json`);
}

function holderOf(slot: string): SlotHolder | undefined {
  return readLock(slotFile(slot), SlotHolder);
}

/** Jobs that compute on a kind of slot now, each once. */
export function slotHolders(kind: Need['kind']): SlotHolder[] {
  const holders = new Map<string, SlotHolder>();
  for (const slot of slotsOf(kind)) {
    const holder = holderOf(slot);
    if (holder) holders.set(`${holder.project} ${holder.job}`, holder);
  }
  return [...holders.values()];
}

/** Slots of a kind that nobody holds. */
export function freeSlotCount(kind: Need['kind']): number {
  return slotsOf(kind).filter((slot) => !holderOf(slot)).length;
}

/** Takes the slots a job needs, in the name of this process until the job's own is known: all of them or none. */
export function takeSlots(need: Need, project: string, job: string): boolean {
  const wanted = need.kind === 'cpu' ? need.cores : 1;
  const taken: string[] = [];
  for (const slot of slotsOf(need.kind)) {
    if (taken.length === wanted) break;
    if (tryLock(slotFile(slot), ownIdentity(), { project, job })) taken.push(slot);
  }
  if (taken.length === wanted) return true;
  for (const slot of taken) rmSync(slotFile(slot), { force: true });
  return false;
}

/** Writes the process that really computes into the slots that were taken for it. */
export async function handSlotsTo(project: string, job: string, process: ProcessIdentity): Promise<void> {
  for (const slot of heldBy(project, job))
    await writeJson(slotFile(slot), { project, job, ...process }, { durable: false });
}

/** Frees what a job still holds. */
export function freeSlots(project: string, job: string): void {
  for (const slot of heldBy(project, job)) rmSync(slotFile(slot), { force: true });
}

/** Whether slots were taken in a job's name. */
export function holdsSlots(project: string, job: string): boolean {
  return heldBy(project, job).length > 0;
}

function heldBy(project: string, job: string): string[] {
  return slotsOnDisk().filter((slot) => {
    const holder = holderOf(slot);
    return holder?.project === project && holder.job === job;
  });
}

function slotsOnDisk(): string[] {
  try {
    return readdirSync(folder())
      .filter((name) => name.startsWith(`${hostname()}-`) && name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}
