import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { formatVersion } from '@shared/domain/names';
import { type Lease, ProjectFile } from '@shared/domain/project';
import { fileError, withFileErrors } from './file-errors';
import { readJson, writeJson } from './files';
import { makeFolder } from './folders';
import { acquireLease, currentWriter, describeWriter, type HeldLease } from './lease';
import { checkFormat, migrate } from './migrations';
import { reliefVersion } from './version';

/** An open project: where its things lie, and whether this process may change them. */
export interface Project {
  /** Absolute. */
  readonly folder: string;
  readonly file: ProjectFile;
  /** This process holds the lease. */
  readonly writable: boolean;
  /** Who held the lease when this process could not get it. */
  readonly writer: Lease | null;
  datasetFolder(id: string): string;
  preparedFolder(id: string, recipeHash: string): string;
  jobFolder(id: string): string;
  stageFolder(key: string): string;
  experimentFile(name: string): string;
  presetFile(name: string): string;
  reportFile(name: string): string;
  /** @throws AppError `conflict` naming the writer when this process only reads */
  assertWritable(): void;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** A `job` writes what it was given to make (its folder, a dataset's crops) beside whoever holds the lease. */
  readonly role: Lease['role'] | 'job';
  /** Does not ask for the lease. */
  readonly readOnly?: boolean;
}

/**
 * Opens a project. The first to open it writes; whoever comes later reads.
 * @throws AppError `not-found` when it is no project; `unsupported` for a newer format; `invalid` naming file and field
 */
export async function openProject(path: string, { role, readOnly = false }: OpenOptions): Promise<Project> {
  const folder = resolve(path);
  const projectFile = join(folder, 'project.json');
  if (!existsSync(projectFile))
    throw new AppError('not-found', `${folder} is not a Relief project: it has no project.json.`, { path: folder });
  const stepsBehind = await checkFormat(projectFile);
  const { lease, writer } = readOnly || role === 'job' ? await justLook(folder) : await askToWrite(folder, role);
  try {
    if (stepsBehind > 0) {
      if (!lease)
        throw new AppError('conflict', `${projectFile} must be migrated first, and another process is writing to it.`);
      await migrate(folder, formatVersion - stepsBehind);
    }
    const file = await readJson(projectFile, ProjectFile, 'project');
    return projectAt(folder, file, lease, writer, role === 'job' && !readOnly);
  } catch (error) {
    await lease?.release();
    throw error;
  }
}

/**
 * Creates a project folder (and what is missing above it) and opens it for writing.
 * @throws AppError `conflict` when there is a project already, `permission`, `no-space`
 */
export async function createProject(path: string, name: string, role: Lease['role'] = 'command'): Promise<Project> {
  const folder = resolve(path);
  const projectFile = join(folder, 'project.json');
  if (existsSync(projectFile))
    throw new AppError('conflict', `${folder} already holds a project. Open it, or choose another folder.`, {
      path: folder,
    });
  const file = ProjectFile.safeParse({
    formatVersion,
    name,
    createdAt: new Date().toISOString(),
    relief: reliefVersion(),
  });
  if (!file.success) throw new AppError('invalid', 'A project name has 1 to 120 characters.', { field: 'name' });
  await withFileErrors('create', folder, async () => {
    for (const part of ['datasets', 'experiments', 'jobs', 'reports']) await makeFolder(join(folder, part));
  });
  await writeJson(projectFile, file.data);
  return openProject(folder, { role });
}

/**
 * The project that holds `start`: its folder or the nearest one above with a project.json; undefined without one.
 */
export function findProjectFolder(start: string): string | undefined {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'project.json'))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

async function askToWrite(folder: string, role: Lease['role']) {
  try {
    const outcome = await acquireLease(folder, role);
    return outcome.held ? { lease: outcome.lease, writer: null } : { lease: null, writer: outcome.writer };
  } catch (error) {
    // A project on a read-only disk can still be looked at.
    if (error instanceof AppError && error.code === 'permission') return { lease: null, writer: null };
    throw fileError(error, 'open', folder);
  }
}

async function justLook(folder: string) {
  return { lease: null, writer: (await currentWriter(folder)) ?? null };
}

function projectAt(
  folder: string,
  file: ProjectFile,
  lease: HeldLease | null,
  writer: Lease | null,
  isJob: boolean,
): Project {
  const part = (...names: string[]) => join(folder, ...names);
  const isWritable = () => isJob || (lease?.isHeld() ?? false);
  return {
    folder,
    file,
    get writable() {
      return isWritable();
    },
    writer,
    datasetFolder: (id) => part('datasets', safeName(id)),
    preparedFolder: (id, recipeHash) => part('datasets', safeName(id), 'prepared', safeName(recipeHash)),
    jobFolder: (id) => part('jobs', safeName(id)),
    stageFolder: (key) => part('stages', safeName(key)),
    experimentFile: (name) => part('experiments', `${safeName(name)}.yaml`),
    presetFile: (name) => part('presets', `${safeName(name)}.yaml`),
    reportFile: (name) => part('reports', `${safeName(name)}.json`),
    assertWritable() {
      if (isWritable()) return;
      const reason = writer ? `${describeWriter(writer)} is writing to it` : 'its folder cannot be written';
      throw new AppError('conflict', `${folder} is open for reading only: ${reason}.`, { path: folder });
    },
    close: async () => {
      await lease?.release();
    },
  };
}

/** Names become folders: a name with a separator or a leading dot must never get that far. */
function safeName(name: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,150}$/.test(name))
    throw new AppError('invalid', `"${name}" cannot be a file name: use letters, digits, ".", "-" and "_".`);
  return name;
}
