import { defaultRecipe, SyntheticDomain } from '@shared/domain/dataset';
import type { EngineChoice } from '@shared/domain/engine';
import type { PrepareTask } from '@shared/domain/job';
import { type SampleSize, sampleSizes } from '@shared/domain/sample';
import { readRecipe } from '@workbench/datasets/recipe';
import type { Project } from '@workbench/project/project';
import type { JobDraft } from './create';

/** Between the normal difficulty (2.5) and the easy one (4): a sample should show something in minutes. */
const strength = 3;

/** The tasks that draw and prepare the four synthetic domains, each under its letter. */
export function sampleTasks(size: SampleSize): PrepareTask[] {
  return SyntheticDomain.options.map((domain, index) => ({
    dataset: domain,
    synthesis: { domain, ...sampleSizes[size], strength, seed: 20 + index },
    recipe: defaultRecipe,
  }));
}

/** The job that draws and prepares the sample's domains. */
export function sampleJob(size: SampleSize): JobDraft {
  return {
    kind: 'prepare',
    slug: 'synthetic-domains',
    name: `synthetic domains ${SyntheticDomain.options.join(', ')} (${size})`,
    group: null,
    parent: null,
    tasks: sampleTasks(size),
  };
}

/** The job that finds faces in datasets that are there, each by its own recipe. */
export async function prepareJob(
  project: Project,
  datasets: readonly string[],
  engine?: EngineChoice,
): Promise<JobDraft> {
  return {
    kind: 'prepare',
    slug: `prepare-${datasets.join('-')}`,
    name: `prepare ${datasets.join(', ')}`,
    group: null,
    parent: null,
    ...(engine === undefined ? {} : { engine }),
    tasks: await Promise.all(
      datasets.map(async (dataset) => ({ dataset, synthesis: null, recipe: await readRecipe(project, dataset) })),
    ),
  };
}
