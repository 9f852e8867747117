import type { Plan } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import { CountsBySet, PreparedRow, ShardInfo } from '@shared/domain/dataset';
import type { LaunchOptions } from '@shared/domain/experiment';
import type { Leak } from '@shared/domain/leak';
import type { Protocol } from '@shared/domain/protocol';
import { join } from 'node:path';
import { marksFile, readMarks } from '@workbench/datasets/marks';
import { recipeHash, rowsName, shardInfoName } from '@workbench/datasets/prepared-files';
import { readRecipe } from '@workbench/datasets/recipe';
import { divisionOf } from '@workbench/datasets/protocols/division';
import { rulesHash } from '@workbench/datasets/protocols/job-protocol';
import { readProtocol } from '@workbench/datasets/protocols/store';
import { countSets, listDatasetIds } from '@workbench/datasets/store';
import { configOfRun, type Fold } from '@workbench/experiments/folds';
import { type PlannedDataset, planExperiment, protocolsOf } from '@workbench/experiments/plan';
import { withLeaks } from '@workbench/experiments/plan-leaks';
import { type Variant, variantsOf } from '@workbench/experiments/variants';
import { readJsonIfPresent, readLines } from '@workbench/project/files';
import { fileSignature, type ProjectIndex } from '@workbench/project/index-db';
import type { Project } from '@workbench/project/project';
import type { SlurmSettings } from '@shared/domain/slurm';
import { datasetList } from '@shared/domain/names';
import { changesFromRun } from './clone';
import { createJobs, type JobDraft } from './create';
import { readSlurmSettings } from './executors/slurm/settings';
import { checkWithSlurm } from './executors/slurm/submit';
import { leaksOfFolds } from './fold-leaks';
import { measuredSpeed } from './measured-speed';

/** Plans an experiment against the project as it is. */
export async function planInProject(
  project: Project,
  text: string,
  launch: LaunchOptions,
  index: ProjectIndex,
): Promise<Plan> {
  const ids = await listDatasetIds(project);
  const under = (protocol?: Protocol) => Promise.all(ids.map((id) => plannedDataset(project, id, index, protocol)));
  const protocols = await protocolsNamed(project, text, launch);
  const divisions = new Map<string, PlannedDataset[] | { problem: string }>();
  for (const [name, found] of protocols)
    if (found) divisions.set(name, 'problem' in found ? found : await under(found));
  const planned = planExperiment(text, launch, await under(), await measuredSpeed(project), divisions);
  const from = planned.config ? await changesFromRun(project, planned.head?.from, planned.config) : undefined;
  const plan = from === undefined ? planned : { ...planned, from };
  const leaks: Leak[][] = plan.folds.map(() => []);
  for (const protocol of protocols.values()) {
    if (protocol && 'problem' in protocol) continue;
    for (const [fold, found] of (await leaksOfFolds(project, plan.folds, index, protocol)).entries())
      leaks[fold]?.push(...found);
  }
  return withLeaks(plan, leaks);
}

/** The protocols that the runs of a launch name, or why one cannot be taken; undefined for the datasets' own sets. */
async function protocolsNamed(
  project: Project,
  text: string,
  launch: LaunchOptions,
): Promise<Map<string, Protocol | { readonly problem: string } | undefined>> {
  const read = variantsOf(text, launch);
  const found = new Map<string, Protocol | { readonly problem: string } | undefined>();
  for (const name of read.ok ? protocolsOf(read.variants) : ['']) {
    try {
      found.set(name, name === '' ? undefined : await readProtocol(project, name));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      found.set(name, { problem: error.message });
    }
  }
  return found;
}

/**
 * Turns an experiment into queued jobs: one for each fold and seed, grouped when there are several.
 * @param wishes what Slurm is asked for when the runs go there; the person's own settings unless given
 * @throws AppError `invalid` with the first problem that holds the Run button, or in Slurm's words
 */
export async function launchExperiment(
  project: Project,
  text: string,
  launch: LaunchOptions,
  index: ProjectIndex,
  wishes?: SlurmSettings,
): Promise<string[]> {
  const plan = await planInProject(project, text, launch, index);
  const { head, config, folds } = plan;
  const problem = plan.problems[0];
  if (problem || !head || !config) {
    const where = problem === undefined || problem.path === '' ? '' : `${problem.path}: `;
    throw new AppError('invalid', `${where}${problem?.message ?? 'The experiment cannot be read.'}`, {
      problems: plan.problems,
    });
  }
  const read = variantsOf(text, launch);
  if (!read.ok) throw new Error('a plan without problems has variants');
  const protocols = await protocolsNamed(project, text, launch);
  const drafts = read.variants.flatMap((variant) => {
    const protocol = protocols.get(variant.resolved.config.data.protocol);
    const kept = protocol === undefined || 'problem' in protocol ? {} : { protocol };
    return folds.flatMap((fold) => launch.seeds.map((seed) => ({ ...draftOf(variant, fold, seed), ...kept })));
  });
  const slurm = launch.executor === 'slurm' ? (wishes ?? (await readSlurmSettings())) : undefined;
  if (slurm) await checkWithSlurm(slurm, project);
  const stamp = new Date().toISOString().replace(/[-:]/g, '').slice(0, 15);
  const group = drafts.length > 1 ? `${head.name.slice(0, 48)}-${stamp}` : null;
  return createJobs(
    project,
    drafts.map((draft) => ({
      ...draft,
      group,
      parent: plan.from?.job ?? null,
      ...(slurm === undefined ? {} : { slurm }),
    })),
  );
}

function draftOf(
  { experiment, label, resolved: { head, config } }: Variant,
  { sources, targets }: Fold,
  seed: number,
): JobDraft & { kind: 'train' } {
  const words = [experiment, `${datasetList(sources)}→${datasetList(targets)}`, ...(label === null ? [] : [label])];
  return {
    kind: 'train',
    slug: `${experiment}-${datasetList(sources).replaceAll('+', '-')}-s${seed}`,
    name: `${words.join(' ')} s${seed}`,
    group: null,
    parent: null,
    experiment,
    preset: head.preset,
    seed,
    sources: [...sources],
    targets: [...targets],
    ...(label === null ? {} : { variant: label }),
    config: configOfRun(config, { sources, targets }, seed),
  };
}

/** Samples of a dataset by set, without those left out; counted once for each state of its files. */
export async function preparedCounts(
  project: Project,
  id: string,
  index: ProjectIndex,
  protocol?: Protocol,
): Promise<{ info: ShardInfo; counts: CountsBySet } | null> {
  const folder = project.preparedFolder(id, recipeHash(await readRecipe(project, id)));
  const info = await readJsonIfPresent(join(folder, shardInfoName), ShardInfo, 'prepared faces');
  if (!info) return null;
  const rowsFile = join(folder, rowsName);
  const files = [rowsFile, join(project.datasetFolder(id), 'items.jsonl'), marksFile(project, id)];
  const signature = [rowsFile, ...files.map(fileSignature)].join(' ');
  const key = protocol ? `prepared counts ${id} ${rulesHash(protocol)}` : `prepared counts ${id}`;
  const known = CountsBySet.safeParse(index.note(key, signature)).data;
  if (known) return { info, counts: known };
  const { excluded } = await readMarks(project, id);
  const listed = await index.items(id);
  const sets = protocol ? divisionOf(protocol, id, listed).sets : listed.map(({ set }) => set);
  const items = new Map(
    listed.flatMap((item, line) => {
      const set = sets[line];
      return set ? [[item.id, { ...item, set }] as const] : [];
    }),
  );
  const rows = await readLines(rowsFile, PreparedRow);
  const samples = rows.filter((row) => row.ok && !excluded.has(row.item)).map((row) => items.get(row.item));
  const counts = countSets(samples.filter((item) => item !== undefined));
  index.putNote(key, signature, counts);
  return { info, counts };
}

async function plannedDataset(
  project: Project,
  id: string,
  index: ProjectIndex,
  protocol?: Protocol,
): Promise<PlannedDataset> {
  return { id, prepared: (await preparedCounts(project, id, index, protocol))?.counts ?? null };
}
