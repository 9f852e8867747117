import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { FloorKind } from '@shared/domain/report';
import { createRandom } from '@shared/random';
import { openDivided } from '@workbench/datasets/protocols/job-protocol';
import type { PreparedData } from '@workbench/datasets/prepared-data';
import { lbpProbe } from '@workbench/probes/lbp-probe';
import { asProbeCrop } from '@workbench/probes/pixels';
import { featureTable, fitLogistic, predict } from '@workbench/probes/logistic';
import { openProject, type Project } from '@workbench/project/project';
import { writeScores } from '@workbench/training/score-csv';
import { floorFile, type FloorRequest } from './floor-messages';

type Rules = FloorRequest['protocol'];
/** Scores of prepared rows, one each. */
type Scorer = (data: PreparedData, set: 'dev' | 'test', rows: readonly number[]) => ArrayLike<number>;

/**
 * Writes the score files of a floor. One dataset's crops lie in memory at a time.
 * @throws AppError `not-found` when a dataset is not prepared, `invalid` when the training sets lack a class
 */
export async function writeFloor({
  project: path,
  kind,
  sources,
  datasets,
  folder,
  protocol,
}: FloorRequest): Promise<void> {
  const project = await openProject(path, { role: 'job' });
  const score = await scorerOf(project, kind, sources, protocol);
  for (const id of datasets) {
    const data = await openDivided(project, id, protocol);
    try {
      for (const set of ['dev', 'test'] as const)
        await scoreSet(score, data, set, join(path, folder, floorFile(id, set)));
    } finally {
      data.close();
    }
  }
}

async function scorerOf(
  project: Project,
  kind: FloorKind,
  sources: readonly string[],
  protocol: Rules,
): Promise<Scorer> {
  switch (kind) {
    case 'chance':
      return (data, set, rows) => {
        const random = createRandom(`floor/chance/${data.dataset.id}/${set}`);
        return rows.map(() => random.uniform());
      };
    case 'constant':
      return (_data, _set, rows) => rows.map(() => 0.5);
    case 'lbp': {
      const model = await fitLbp(project, sources, protocol);
      return (data, _set, rows) => predict(model, featureTable(rows.map((row) => measure(data, row))));
    }
  }
}

async function fitLbp(project: Project, sources: readonly string[], protocol: Rules) {
  const features: Float64Array[] = [];
  const labels: number[] = [];
  for (const id of sources) {
    const source = await openDivided(project, id, protocol);
    try {
      for (const { row, item } of source.samples.filter((sample) => sample.item.set === 'train')) {
        features.push(measure(source, row));
        labels.push(item.attackType === null ? 1 : 0);
      }
    } finally {
      source.close();
    }
  }
  if (!labels.includes(0) || !labels.includes(1))
    throw new AppError('invalid', `The training sets of ${sources.join(', ')} lack a class, so there is no floor.`);
  return fitLogistic(featureTable(features), labels);
}

async function scoreSet(score: Scorer, data: PreparedData, set: 'dev' | 'test', path: string): Promise<void> {
  const samples = data.samples.filter((sample) => sample.item.set === set);
  if (samples.length === 0) return;
  const scores = score(
    data,
    set,
    samples.map(({ row }) => row),
  );
  await writeScores(path, [
    ...samples.map(({ item }, index) => ({ ...columnsOf(item), score: scores[index] ?? null, depthScore: null })),
    ...data.failed
      .filter(({ item }) => item.set === set)
      .map(({ item }) => ({ ...columnsOf(item), score: null, depthScore: null })),
  ]);
}

function columnsOf(item: PreparedData['samples'][number]['item']) {
  return {
    filename: item.path,
    videoId: item.videoId,
    frame: item.frame,
    subject: item.subject,
    attackType: item.attackType,
  };
}

function measure(data: PreparedData, row: number): Float64Array {
  const side = data.info.recipe.cropSize;
  return lbpProbe.measure(asProbeCrop({ width: side, height: side, data: data.crop(row) }));
}
