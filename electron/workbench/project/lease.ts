import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Lease } from '@shared/domain/project';
import { AppError } from '@shared/contract/errors';
import { systemCode, withFileErrors } from './file-errors';
import { writeJson } from './files';
import { fateOf, ownIdentity } from './process-identity';

/** A lease of another host is held as long as it is renewed; these are the beat and the patience. */
const renewalMs = 15_000;
const foreignPatienceMs = 90_000;

export interface HeldLease {
  /** False once another process has taken the lease over. */
  readonly isHeld: () => boolean;
  release(): Promise<void>;
}

export type LeaseOutcome =
  { readonly held: true; readonly lease: HeldLease } | { readonly held: false; readonly writer: Lease };

/**
 * Asks to be a project's one writer. A lease whose process is gone (or, from another host, no longer renewed) is taken
 * over. Creation is by hard link, so of two that ask at once one gets it.
 * @throws AppError `permission`, `no-space` when the folder cannot be written at all
 */
export async function acquireLease(folder: string, role: Lease['role']): Promise<LeaseOutcome> {
  const path = join(folder, 'lease.json');
  for (let attempt = 0; attempt < 5; attempt++) {
    const own: Lease = { ...ownIdentity(), role, at: new Date().toISOString() };
    if (await createExclusively(path, own)) return { held: true, lease: keepRenewing(path, own) };
    const text = await readText(path);
    if (text === undefined) continue; // Released in between.
    const holder = parseLease(text);
    if (holder && isHeld(holder)) return { held: false, writer: holder };
    await setAside(path, text);
  }
  throw new AppError('conflict', `${path}: several processes are asking for the lease; try again.`, { path });
}

/** Who holds a project's lease now, or undefined when nobody does. */
export async function currentWriter(folder: string): Promise<Lease | undefined> {
  const text = await readText(join(folder, 'lease.json'));
  const holder = text === undefined ? undefined : parseLease(text);
  return holder && isHeld(holder) ? holder : undefined;
}

/** One line for people: `a window (pid 4711 on lab3)`. */
export function describeWriter(lease: Lease): string {
  return `${lease.role === 'window' ? 'a window' : 'a command'} (pid ${String(lease.pid)} on ${lease.host})`;
}

function isHeld(lease: Lease): boolean {
  const fate = fateOf(lease);
  if (fate !== 'elsewhere') return fate === 'alive';
  return Date.now() - Date.parse(lease.at) < foreignPatienceMs;
}

async function createExclusively(path: string, lease: Lease): Promise<boolean> {
  const temporary = `${path}.${String(process.pid)}-${String(Math.floor(Math.random() * 1e9))}.tmp`;
  return withFileErrors('write', path, async () => {
    try {
      await writeFile(temporary, `${JSON.stringify(lease, null, 2)}\n`);
      await link(temporary, path);
      return true;
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(temporary, { force: true });
    }
  });
}

/** Moves a stale lease away, unless it has just been replaced by a living one. */
async function setAside(path: string, staleText: string): Promise<void> {
  const aside = `${path}.${String(process.pid)}.stale`;
  try {
    await rename(path, aside);
    if ((await readText(aside)) !== staleText) await link(aside, path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'EEXIST') throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

function keepRenewing(path: string, own: Lease): HeldLease {
  let held = true;
  let renewal: Promise<void> = Promise.resolve();
  const renew = async () => {
    const text = await readText(path);
    const present = text === undefined ? undefined : parseLease(text);
    if (present?.pid !== own.pid || present.host !== own.host || present.processStart !== own.processStart) {
      held = false;
      clearInterval(timer);
      return;
    }
    await writeJson(path, { ...own, at: new Date().toISOString() }, { durable: false });
  };
  const timer = setInterval(() => {
    // A renewal that fails (full disk) is tried again; on this host the pid alone keeps the lease.
    renewal = renew().catch(() => undefined);
  }, renewalMs);
  timer.unref();
  return {
    isHeld: () => held,
    async release() {
      clearInterval(timer);
      if (!held) return;
      held = false;
      await renewal; // It would write the lease again after its removal.
      const text = await readText(path);
      const present = text === undefined ? undefined : parseLease(text);
      if (present?.pid === own.pid && present.processStart === own.processStart) await rm(path, { force: true });
    },
  };
}

function parseLease(text: string): Lease | undefined {
  try {
    return Lease.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // Not JSON: nobody's lease.
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
