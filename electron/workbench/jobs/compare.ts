import { AppError } from '@shared/contract/errors';
import type { Provenance, RunDifference } from '@shared/domain/job';
import { flattenConfig } from '@shared/domain/settings';
import type { Project } from '@workbench/project/project';
import { jobFolder } from './job-folder';

export interface RunComparison {
  /** Settings that are not the same in all runs, in the schema's order. */
  readonly settings: RunDifference[];
  /** Code, versions, engine, machine and data that are not the same in all runs. */
  readonly environment: RunDifference[];
}

/**
 * In what training runs differ; what is the same in all of them is left out.
 * @throws AppError `not-found`, `unsupported` for a job that trains nothing
 */
export async function compareRuns(project: Project, ids: readonly string[]): Promise<RunComparison> {
  const runs = await Promise.all(
    ids.map(async (id) => {
      const folder = jobFolder(project, id);
      const [config, provenance] = await Promise.all([folder.config(), folder.provenance()]);
      if (!config) throw new AppError('unsupported', `${id} is no training run: it has no settings.`, { job: id });
      return { settings: new Map<string, unknown>(flattenConfig(config)), environment: factsOf(provenance) };
    }),
  );
  return {
    settings: differences(runs.map(({ settings }) => settings)),
    environment: differences(runs.map(({ environment }) => environment)),
  };
}

/** What a run ran with; empty before it has started. */
function factsOf(provenance: Provenance | undefined): ReadonlyMap<string, unknown> {
  if (!provenance) return new Map();
  const { relief, node, platform, host, cpu, engine, data, code } = provenance;
  return new Map<string, unknown>([
    ['relief', relief],
    ['commit', code?.commit],
    ['changed files', code?.changed.join(', ')],
    ['change', code?.diffHash],
    ['node', node],
    ['platform', platform],
    ['host', host],
    ['cpu', cpu],
    ['engine', engine ? `${engine.name} ${engine.build}` : undefined],
    ['threads', engine?.threads],
    ['device', engine?.device],
    ...data.map(({ dataset, contentHash }) => [`data ${dataset}`, contentHash] as const),
  ]);
}

function differences(runs: readonly ReadonlyMap<string, unknown>[]): RunDifference[] {
  const paths = [...new Set(runs.flatMap((run) => [...run.keys()]))];
  return paths
    .map((path) => ({ path, values: runs.map((run) => run.get(path) ?? null) }))
    .filter(({ values }) => new Set(values.map((value) => JSON.stringify(value))).size > 1);
}
