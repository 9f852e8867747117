import type { Command } from 'commander';
import { basename, resolve } from 'node:path';
import { createJobs } from '@workbench/jobs/create';
import { sampleJob } from '@workbench/jobs/sample-project';
import { createProject } from '@workbench/project/project';
import { rememberProject } from '@workbench/project/recent';
import { contextOf } from '../context';
import type { Register } from '../command';
import { followJobs } from '../follow';

interface InitOptions {
  readonly sample?: boolean;
  readonly full?: boolean;
  readonly quick?: boolean;
  readonly name?: string;
}

export const registerInit: Register = (program, setExitCode) => {
  program
    .command('init <dir>')
    .description('make a project')
    .option('--name <name>', "the project's name (default: of the folder)")
    .option('--sample', 'draw and prepare the four synthetic domains R, C, M, O in it')
    .option('--quick', 'a small sample, minutes on two cores (default)')
    .option('--full', 'a large sample')
    .action(async (dir: string, options: InitOptions, command: Command) => {
      const { output } = contextOf(command);
      const folder = resolve(dir);
      const project = await createProject(folder, options.name ?? basename(folder));
      try {
        await rememberProject(project);
        output.note(`Made the project ${project.file.name} in ${folder}.`);
        let datasets: string[] = [];
        if (options.sample === true) {
          const ids = await createJobs(project, [sampleJob(options.full === true ? 'full' : 'quick')]);
          const { summaries, exitCode } = await followJobs(project, ids, output);
          setExitCode(exitCode);
          const result = summaries[0]?.result;
          datasets = result?.kind === 'prepare' ? result.datasets.map(({ dataset }) => dataset) : [];
        }
        output.result({ project: folder, name: project.file.name, datasets }, '');
      } finally {
        await project.close();
      }
    });
};
