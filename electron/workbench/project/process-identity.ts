import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { systemCode } from './file-errors';

/** Names one process for good: a pid alone is given to others after its process has ended. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** Boot and clock tick of the start, where the system tells (Linux); else null. */
  readonly processStart: string | null;
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return { host: hostname(), pid: process.pid, processStart: processStart(process.pid) };
}

/** When the kernel started a process, as `boot:tick`; null where that cannot be read or the process is gone. */
export function processStart(pid: number): string | null {
  const fields = statFields(pid);
  const tick = fields?.[19]; // starttime is field 22; the list begins with field 3.
  if (tick === undefined) return null;
  return `${readText('/proc/sys/kernel/random/boot_id')?.trim().slice(0, 8) ?? ''}:${tick}`;
}

/** `alive`, `gone`, or `elsewhere` when the process ran on another host and cannot be asked about here. */
export function fateOf(identity: ProcessIdentity): 'alive' | 'gone' | 'elsewhere' {
  if (identity.host !== hostname()) return 'elsewhere';
  if (!exists(identity.pid)) return 'gone';
  if (identity.processStart === null) return 'alive';
  const present = processStart(identity.pid);
  return present === null || present === identity.processStart ? 'alive' : 'gone';
}

function exists(pid: number): boolean {
  const state = statFields(pid)?.[0];
  if (state === 'Z' || state === 'X') return false; // Ended, only not yet collected by its parent.
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

/** Fields of /proc/<pid>/stat from the third on; the second holds the program's name and may contain blanks. */
function statFields(pid: number): string[] | undefined {
  const stat = readText(`/proc/${String(pid)}/stat`);
  return stat
    ?.slice(stat.lastIndexOf(')') + 2)
    .trim()
    .split(' ');
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) !== undefined) return undefined;
    throw error;
  }
}
