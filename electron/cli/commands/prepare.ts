import { type Command, Option } from 'commander';
import { readFile } from 'node:fs/promises';
import { defaultRecipe, PreparationRecipe } from '@shared/domain/dataset';
import { DepthTarget } from '@shared/domain/depth-target';
import type { EngineChoice } from '@shared/domain/engine';
import { readRecipe, writeRecipe } from '@workbench/datasets/recipe';
import { openPrepared, readDataset } from '@workbench/datasets/store';
import { createJobs } from '@workbench/jobs/create';
import { prepareJob } from '@workbench/jobs/sample-project';
import { withFileErrors } from '@workbench/project/file-errors';
import { parseJson } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { engineNames, readEngineChoice } from '../engine-option';
import { contextOf } from '../context';
import type { Register } from '../command';
import { followJobs } from '../follow';

interface PrepareOptions {
  readonly recipe?: string;
  readonly depthTarget?: DepthTarget;
  readonly engine: EngineChoice;
}

export const registerPrepare: Register = (program, setExitCode) => {
  program
    .command('prepare <dataset...>')
    .description('find faces; make crops and pseudo-depth (goes on where it was stopped)')
    .option('--recipe <file>', 'a JSON file of the recipe; the dataset keeps it')
    .addOption(
      new Option('--depth-target <maker>', 'what depth targets are made of; the dataset keeps it').choices(
        DepthTarget.options,
      ),
    )
    .option('--engine <name>', `what computes the face models: ${engineNames}`, readEngineChoice, 'wasm')
    .action(async (datasets: string[], options: PrepareOptions, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject(async (project) => {
        for (const dataset of datasets) await readDataset(project, dataset); // Told before a job is made.
        const file = options.recipe === undefined ? undefined : await readRecipeFile(options.recipe);
        const { depthTarget } = options;
        if (file || depthTarget)
          for (const dataset of datasets) {
            const recipe = file ?? (await readRecipe(project, dataset));
            await writeRecipe(project, dataset, depthTarget ? { ...recipe, depthTarget } : recipe);
          }
        const draft = await prepareJob(project, datasets, options.engine);
        const ids = await createJobs(project, [draft]);
        const { summaries, exitCode } = await followJobs(project, ids, output);
        setExitCode(exitCode);
        const result = summaries[0]?.result;
        const prepared = await Promise.all(
          (result?.kind === 'prepare' ? result.datasets : []).map(async (summary) => ({
            ...summary,
            failed: summary.failures === 0 ? [] : await listFailures(project, summary.dataset),
          })),
        );
        output.result({ job: ids[0], state: summaries[0]?.state, datasets: prepared }, () =>
          prepared
            .flatMap(({ dataset, samples, failures, failed }) => [
              `${dataset}: ${samples} samples, ${failures} without`,
              ...failed.map(({ path, reason, message }) => `  ${reason}: ${path}: ${message}`),
            ])
            .join('\n'),
        );
      });
    });
};

/** Every photograph that gave no sample, with the reason. */
async function listFailures(project: Project, dataset: string) {
  const { failed } = await openPrepared(project, dataset);
  return failed.map(({ item, reason, message }) => ({ path: item.path, reason, message }));
}

async function readRecipeFile(file: string): Promise<PreparationRecipe> {
  const text = await withFileErrors('read', file, () => readFile(file, 'utf8'));
  const given = parseJson(text, PreparationRecipe.partial(), file, 'recipe');
  const defined = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return PreparationRecipe.parse({ ...defaultRecipe, ...defined });
}
