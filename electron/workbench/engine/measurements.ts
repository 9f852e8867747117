import { join } from 'node:path';
import { type BenchReport, EngineName } from '@shared/domain/engine';
import { z } from '@shared/zod';
import { dataFolder } from '@workbench/project/app-folders';
import { readJsonIfPresent, writeJson } from '@workbench/project/files';

/** How fast an engine trained the default model in the last bench on this machine. */
const Measurement = z.object({ imagesPerSecond: z.number(), device: z.string(), version: z.string(), at: z.string() });
export type Measurement = z.infer<typeof Measurement>;
export type Measurements = Partial<Record<EngineName, Measurement>>;

const BenchFile = z.object({
  imagesPerSecond: z.number(),
  at: z.string(),
  /** Missing in files of earlier versions, which knew WASM alone. */
  engines: z.partialRecord(EngineName, Measurement).optional(),
});

function benchFile(): string {
  return join(dataFolder(), 'bench.json');
}

/** What the bench measured on this machine; engines that it never ran are left out. */
export async function readMeasurements(): Promise<Measurements> {
  const file = await readJsonIfPresent(benchFile(), BenchFile, 'last bench');
  if (!file) return {};
  const { imagesPerSecond, at, engines } = file;
  return engines ?? { wasm: { imagesPerSecond, at, device: '', version: '' } };
}

/** Keeps the fastest training result of each engine in a report; those that it lacks stay as they were. */
export async function rememberMeasurements(report: BenchReport): Promise<void> {
  const engines: Measurements = { ...(await readJsonIfPresent(benchFile(), BenchFile, 'last bench'))?.engines };
  const at = new Date().toISOString();
  for (const { name, device, version, results } of report.engines) {
    const known = EngineName.safeParse(name);
    const speeds = results.filter(({ phase }) => phase === 'train').map(({ imagesPerSecond }) => imagesPerSecond);
    if (known.success && speeds.length > 0)
      engines[known.data] = { imagesPerSecond: Math.max(...speeds), device, version, at };
  }
  const fastest = Object.values(engines).map(({ imagesPerSecond }) => imagesPerSecond);
  if (fastest.length > 0) await writeJson(benchFile(), { imagesPerSecond: Math.max(...fastest), at, engines });
}
