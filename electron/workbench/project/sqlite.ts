import type { DatabaseSyncInstance } from '@photostructure/sqlite';

export type Database = Pick<DatabaseSyncInstance, 'exec' | 'prepare' | 'close'>;

interface DatabaseModule {
  readonly DatabaseSync: new (path: string) => Database;
}

/**
 * Opens a SQLite database through `node:sqlite` where the runtime has it, else through the package with the same API.
 * @param path a file, or `:memory:`
 */
export async function openDatabase(path: string): Promise<Database> {
  const { DatabaseSync } = await loadModule();
  return new DatabaseSync(path);
}

let loaded: DatabaseModule | undefined;

async function loadModule(): Promise<DatabaseModule> {
  loaded ??= (await tryBuiltIn()) ?? (await import('@photostructure/sqlite'));
  return loaded;
}

async function tryBuiltIn(): Promise<DatabaseModule | undefined> {
  // Named at run time, so that neither bundler nor compiler asks for it on runtimes without it.
  const name: string = ['node', 'sqlite'].join(':');
  try {
    const module: unknown = await import(name);
    return isDatabaseModule(module) ? module : undefined;
  } catch {
    return undefined; // This runtime has none.
  }
}

function isDatabaseModule(module: unknown): module is DatabaseModule {
  return (
    typeof module === 'object' &&
    module !== null &&
    'DatabaseSync' in module &&
    typeof module.DatabaseSync === 'function'
  );
}
