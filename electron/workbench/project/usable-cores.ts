import { availableParallelism } from 'node:os';

/**
 * Cores that this process may use: all that the system lets it have, but no more than `RELIEF_CORES` where that is set, as
 * it is in an allocation of a batch system that does not bind its jobs.
 */
export function usableCores(environment: NodeJS.ProcessEnv = process.env): number {
  const all = availableParallelism();
  const given = Number(environment['RELIEF_CORES'] ?? '');
  return Number.isInteger(given) && given > 0 ? Math.min(given, all) : all;
}
