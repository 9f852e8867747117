import { readMeasurements } from '@workbench/engine/measurements';
import type { MeasuredSpeed } from '@workbench/experiments/estimate';
import type { Project } from '@workbench/project/project';
import { jobFolder, jobIds } from './job-folder';
import { readScalar } from './scalars';

/** The bench trains the default model. */
const benchModel = { inputSize: 64, width: 1 };
const runsLookedAt = 5;

/** Images a second of the fastest engine in the last bench on this machine; null before one. */
export async function benchedSpeed(): Promise<number | null> {
  const speeds = Object.values(await readMeasurements()).map(({ imagesPerSecond }) => imagesPerSecond);
  return speeds.length === 0 ? null : Math.max(...speeds);
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
