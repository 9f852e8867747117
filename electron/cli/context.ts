import type { Command } from 'commander';
import { resolve } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { findProjectFolder, openProject, type Project } from '@workbench/project/project';
import { createOutput, type Output } from './output';

/** What every command works with. */
export interface CommandContext {
  readonly output: Output;
  /** `--project` as given, absolute; else undefined. */
  readonly projectOption: string | undefined;
  /** The project's folder: `--project`, or the folder above this one that holds project.json. */
  readonly projectFolder: () => string;
  /**
   * Runs work on the open project. Beside an open window it opens for reading: jobs can be queued all the same, the
   * lease guards lists and files.
   */
  readonly withProject: <T>(work: (project: Project) => Promise<T>) => Promise<T>;
}

/** Options that every command knows. */
export interface CommonOptions {
  readonly project?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export function contextOf(command: Command): CommandContext {
  const options = command.optsWithGlobals<CommonOptions>();
  const projectOption = options.project === undefined ? undefined : resolve(options.project);
  const projectFolder = () => {
    const folder = projectOption ?? findProjectFolder(process.cwd());
    if (folder === undefined)
      throw new AppError(
        'not-found',
        'There is no project here or above: go into one, name it with --project DIR, or make one with "relief init DIR".',
      );
    return folder;
  };
  return {
    output: createOutput({ json: options.json ?? false, quiet: options.quiet ?? false }),
    projectOption,
    projectFolder,
    async withProject(work) {
      const project = await openProject(projectFolder(), { role: 'command' });
      try {
        return await work(project);
      } finally {
        await project.close();
      }
    },
  };
}
