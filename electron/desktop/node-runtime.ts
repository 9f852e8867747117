import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The plain Node that runs jobs: named by `RELIEF_NODE` (the start script names the one that it runs on), in a packaged
 * build the one shipped beside it, else the first on the search path.
 * @param resources the packaged build's resources folder
 * @returns null when there is none
 */
export function findNode(environment: NodeJS.ProcessEnv, resources: string | null): string | null {
  const program = process.platform === 'win32' ? 'node.exe' : 'node';
  const named = environment['RELIEF_NODE'];
  if (named !== undefined && named !== '' && existsSync(named)) return named;
  const folders = [
    ...(resources === null ? [] : [join(resources, 'node')]),
    ...(environment['PATH'] ?? '').split(delimiter),
  ];
  return (
    folders
      .filter((folder) => folder !== '')
      .map((folder) => join(folder, program))
      .find(isProgram) ?? null
  );
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
