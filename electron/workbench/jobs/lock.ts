import { mkdirSync, readFileSync, rmSync, writeFileSync, linkSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { z } from '@shared/zod';
import { fileError, systemCode } from '@workbench/project/file-errors';
import { fateOf, ownIdentity, type ProcessIdentity } from '@workbench/project/process-identity';

const Holder = z.object({ host: z.string(), pid: z.number(), processStart: z.string().nullable() });

/** A lock of another host counts as stale after this long: such locks are held for moments only. */
const foreignPatienceMs = 30_000;

/**
 * Runs `work` while holding a lock file. Held for moments (reading and rewriting a small file), by any process that can
 * see the folder; a lock whose process is gone is taken over.
 * @throws AppError `conflict` when it cannot be had within ten seconds
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 10_000;
  while (!tryLock(path, ownIdentity())) {
    if (Date.now() > deadline)
      throw new AppError('conflict', `${path} is held by another process; try again.`, { path });
    await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 30));
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/**
 * Creates a lock file that names its holder, unless a living process holds it.
 * @param content what to store beside the holder
 */
export function tryLock(path: string, holder: ProcessIdentity, content: Record<string, unknown> = {}): boolean {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const { host, pid, processStart } = holder;
    const text = JSON.stringify({ ...content, host, pid, processStart, at: new Date().toISOString() });
    if (createExclusively(path, text)) return true;
    const found = readText(path);
    if (found === undefined || isHeld(found)) return false;
    const aside = `${path}.${process.pid}.stale`;
    renameSync(path, aside);
    const moved = readText(aside);
    rmSync(aside, { force: true });
    // Someone else replaced the stale lock in between: put theirs back, and let them have it.
    if (moved !== found && moved !== undefined) {
      createExclusively(path, moved);
      return false;
    }
    return createExclusively(path, text);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false; // Released in between; the next try sees it.
    throw fileError(error, 'write', path);
  }
}

/** What a lock file holds, when a living process stands behind it. */
export function readLock<S extends z.ZodType>(path: string, schema: S): z.output<S> | undefined {
  const text = readText(path);
  if (text === undefined || !isHeld(text)) return undefined;
  return schema.safeParse(JSON.parse(text)).data;
}

function createExclusively(path: string, text: string): boolean {
  const temporary = `${path}.${process.pid}-${Math.floor(Math.random() * 1e9)}.tmp`;
  try {
    writeFileSync(temporary, text);
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function isHeld(text: string): boolean {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return false;
  }
  const holder = Holder.extend({ at: z.string().optional() }).safeParse(value).data;
  if (!holder) return false;
  const fate = fateOf(holder);
  if (fate !== 'elsewhere') return fate === 'alive';
  return holder.at !== undefined && Date.now() - Date.parse(holder.at) < foreignPatienceMs;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
