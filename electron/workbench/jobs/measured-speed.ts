import { join } from 'node:path';
import type { BenchReport } from '@shared/domain/engine';
import { z } from '@shared/zod';
import type { MeasuredSpeed } from '@workbench/experiments/estimate';
import { dataFolder } from '@workbench/project/app-folders';
import { readJsonIfPresent, writeJson } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { jobFolder, jobIds } from './job-folder';
import { readScalar } from './scalars';

const BenchFile = z.object({ imagesPerSecond: z.number(), at: z.string() });

/** The bench trains the default model. */
const benchModel = { inputSize: 64, width: 1 };
const runsLookedAt = 5;

function benchFile(): string {
  return join(dataFolder(), 'bench.json');
}

/** Images a second of the last bench on this machine; null before one. */
export async function benchedSpeed(): Promise<number | null> {
  return (await readJsonIfPresent(benchFile(), BenchFile, 'last bench'))?.imagesPerSecond ?? null;
}

/** Keeps the fastest of a bench's training results for estimates and the list of engines. */
export async function rememberBenchReport(report: BenchReport): Promise<void> {
  const speeds = report.engines.flatMap(({ results }) => results.map(({ imagesPerSecond }) => imagesPerSecond));
  if (speeds.length === 0) return;
  await writeJson(benchFile(), { imagesPerSecond: Math.max(...speeds), at: new Date().toISOString() });
}

/** The speed that estimates rest on: of this project's latest runs where there is one, else of the last bench. */
export async function measuredSpeed(project: Project): Promise<MeasuredSpeed | null> {
  for (const id of jobIds(project).reverse().slice(0, runsLookedAt)) {
    const folder = jobFolder(project, id);
    const config = await folder.config();
    if (config?.stage1.enabled !== true) continue;
    const { value } = readScalar(folder.scalarsFolder, 'images-per-second', []);
    if (value.length === 0) continue;
    const middle = value.slice().sort()[Math.floor(value.length / 2)] ?? 0;
    if (middle > 0) return { imagesPerSecond: middle, inputSize: config.model.inputSize, width: config.model.width };
  }
  const imagesPerSecond = await benchedSpeed();
  return imagesPerSecond === null ? null : { imagesPerSecond, ...benchModel };
}
