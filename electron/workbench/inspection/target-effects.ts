import { AppError } from '@shared/contract/errors';
import type { DepthTarget } from '@shared/domain/depth-target';
import type { TargetEffect } from '@shared/domain/target-bench';
import { evaluateRuns } from '@workbench/evaluation/evaluate-report';
import { listFinishedRuns } from '@workbench/evaluation/collect-runs';
import { nameSystems } from '@workbench/evaluation/systems';
import type { Project } from '@workbench/project/project';

/**
 * HTER of the project's finished runs by the makers of the depth targets they were trained towards: one row for each system,
 * source combination and target. Last epoch, frames, threshold at the EER of the sources' dev sets.
 */
export async function targetEffects(project: Project): Promise<TargetEffect[]> {
  const runs = await listFinishedRuns(project);
  // Of one name: what runs of one experiment differ in is here the maker alone, and it has a column of its own.
  const systems = nameSystems(runs.map((run) => ({ ...run, result: { ...run.result, depthTarget: undefined } })));
  const makers = new Map(runs.map(({ job, result }) => [job.id, result.depthTarget ?? 'mesh']));
  const evaluations = (await Promise.all(runs.map(({ job }) => evaluateOne(project, job.id)))).flat();
  const rows = new Map<string, { row: Omit<TargetEffect, 'hter'>; hter: Map<DepthTarget, number[]> }>();
  for (const { run, source, target, test } of evaluations) {
    const system = run === null ? undefined : systems.get(run);
    if (run === null || system === undefined || test.hter === null) continue;
    const key = JSON.stringify([system, source, target]);
    const held = rows.get(key) ?? {
      row: { system, sources: [...source], target },
      hter: new Map<DepthTarget, number[]>(),
    };
    const maker = makers.get(run) ?? 'mesh';
    held.hter.set(maker, [...(held.hter.get(maker) ?? []), test.hter]);
    rows.set(key, held);
  }
  return [...rows.values()].map(({ row, hter }) => ({
    ...row,
    hter: Object.fromEntries(
      [...hter].map(([maker, values]) => [
        maker,
        { mean: values.reduce((sum, value) => sum + value, 0) / values.length, runs: values.length },
      ]),
    ),
  }));
}

/** A run without numbers, whose score files are damaged or gone, says nothing here. */
async function evaluateOne(project: Project, run: string): ReturnType<typeof evaluateRuns> {
  try {
    return await evaluateRuns(project, [run], {
      policy: 'source-dev-eer',
      level: 'frame',
      score: 'classifier',
      epoch: 'last',
    });
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}
