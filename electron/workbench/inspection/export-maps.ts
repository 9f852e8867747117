import { stringify } from 'csv-stringify/sync';
import { join } from 'node:path';
import type { DepthPrediction, SampleReference } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import { DepthMeasureName } from '@shared/domain/depth-measures';
import type { DepthExport, DepthExportKind } from '@shared/domain/depth-export';
import { drawContactSheet } from '@shared/figures/contact-sheet';
import { checkFacesMayLeave } from '@workbench/datasets/privacy/licences';
import { openPrepared, readDataset } from '@workbench/datasets/store';
import { blurred, mapPicture, pngDataUri } from '@workbench/images/pictures';
import { createImage, type RgbImage } from '@workbench/images/rgb-image';
import { jobFolder } from '@workbench/jobs/job-folder';
import { writeFileAtomic } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { figureFile, pixelsPerMillimetre } from '@workbench/reports/figure-files';
import { storedEpochs } from '@workbench/training/run-files';
import { sweepGif } from './epoch-sweep';
import { npyOf } from '@workbench/images/npy';

/** Maps are enlarged this much without interpolation: readers of PDF would blur single cells. */
const enlarged = 8;
const fontSize = 8 * (96 / 72);

/** Predictions of a run at an epoch, in the order asked for. */
export type PredictSamples = (
  job: string,
  epoch: number | 'last',
  samples: readonly SampleReference[],
) => Promise<readonly DepthPrediction[]>;

/**
 * Writes what runs paint of samples into a folder: a contact sheet (PDF, PNG, SVG), the raw floats (NumPy, with a list of the
 * samples), and an animation over all kept epochs.
 * @param signal stops between one run or epoch and the next; what was written whole stays
 * @returns the paths of the files
 * @throws AppError `invalid` when there is nothing to draw, `permission` when faces in a sheet may not leave the project unblurred
 */
export async function exportMaps(
  project: Project,
  wanted: DepthExport,
  folder: string,
  predict: PredictSamples,
  signal?: AbortSignal,
): Promise<string[]> {
  const [first] = wanted.jobs;
  if (first === undefined || wanted.samples.length === 0) throw new AppError('invalid', 'There is no sample to draw.');
  const files: string[] = [];
  const asked: PredictSamples = (job, epoch, samples) => {
    signal?.throwIfAborted();
    return predict(job, epoch, samples);
  };
  const write = async (name: string, content: string | Uint8Array) => {
    const path = join(folder, name);
    await writeFileAtomic(path, content);
    files.push(path);
  };
  const epochWords = wanted.epoch === 'last' ? 'last' : `epoch${String(wanted.epoch)}`;
  const base = `${first}-${epochWords}`;
  const sheetFormats = (['pdf', 'png', 'svg'] as const).filter((format) => asks(wanted, `sheet-${format}`));
  if (sheetFormats.length > 0) {
    const svg = await sheetOf(project, wanted, asked);
    for (const format of sheetFormats)
      await write(`${base}-sheet.${format}`, await figureFile(svg, format, wanted.widthMillimetres));
  }
  if (asks(wanted, 'arrays')) {
    const made = await asked(first, wanted.epoch, wanted.samples);
    const [{ size } = { size: 0 }] = made;
    const stack = (of: (prediction: DepthPrediction) => Float32Array) =>
      npyOf(Float32Array.from(made.flatMap((prediction) => [...of(prediction)])), [made.length, size, size]);
    await write(
      `${base}-predicted.npy`,
      stack(({ predicted }) => predicted),
    );
    await write(
      `${base}-target.npy`,
      stack(({ target }) => target),
    );
    await write(`${base}-samples.csv`, samplesCsv(made));
  }
  if (asks(wanted, 'sweep')) {
    const epochs = await storedEpochs(jobFolder(project, first).path);
    if (epochs.length === 0) throw new AppError('invalid', `${first} has kept no epochs to animate.`, { job: first });
    const frames: Float32Array[][] = [];
    let side = 0;
    for (const epoch of epochs) {
      const made = await asked(first, epoch, wanted.samples);
      side = made[0]?.size ?? side;
      frames.push(made.map(({ predicted }) => predicted));
    }
    await write(`${first}-epochs.gif`, sweepGif(frames, side, wanted.colourMap));
  }
  return files;
}

const asks = (wanted: DepthExport, kind: DepthExportKind) => wanted.kinds.includes(kind);

async function sheetOf(project: Project, wanted: DepthExport, predict: PredictSamples): Promise<string> {
  const { samples, jobs, epoch, colourMap } = wanted;
  const byRun: (readonly DepthPrediction[])[] = [];
  for (const job of jobs) byRun.push(await predict(job, epoch, samples));
  const [shown = []] = byRun;
  const crops = await cropsOf(project, samples, wanted.blurFaces);
  const names: string[] = [];
  for (const id of jobs) names.push((await jobFolder(project, id).job()).name);
  const datasets = [...new Set(samples.map(({ dataset }) => dataset))];
  const facts = await Promise.all(datasets.map((dataset) => readDataset(project, dataset)));
  const pictures = (maps: readonly Float32Array[], size: number) =>
    Promise.all(maps.map((map) => pngDataUri(mapPicture(map, size, colourMap, enlarged))));
  const size = shown[0]?.size ?? 1;
  const rows = [
    { label: 'RGB', pictures: await Promise.all(crops.map(pngDataUri)) },
    {
      label: 'Target',
      pictures: await pictures(
        shown.map(({ target }) => target),
        size,
      ),
    },
  ];
  for (const [place, made] of byRun.entries())
    rows.push({
      label: names[place] ?? '',
      pictures: await pictures(
        made.map(({ predicted }) => predicted),
        size,
      ),
    });
  const licences = wanted.blurFaces ? [] : await checkFacesMayLeave(project, datasets);
  const notes = [
    ...(facts.some(({ synthetic }) => synthetic) ? ['Synthetic faces.'] : []),
    ...(wanted.blurFaces ? ['Faces are blurred.'] : []),
    ...licences,
  ];
  return drawContactSheet(
    {
      title: 'Pseudo-depth',
      subtitle: `${datasets.join(', ')}, ${epoch === 'last' ? 'last epoch' : `epoch ${String(epoch)}`}, range 0–1`,
      note: notes.length > 0 ? notes.join(' ') : null,
      columns: shown.map(({ subject, sample, attackType }) => ({
        label: `${subject ?? sample.dataset} ${String(sample.index)}`,
        attack: attackType !== null,
      })),
      rows,
      bar: { map: colourMap, low: '0 far', high: '1 near' },
    },
    {
      width: Math.round(wanted.widthMillimetres * pixelsPerMillimetre),
      widthMillimetres: wanted.widthMillimetres,
      fontSize,
    },
  );
}

async function cropsOf(project: Project, samples: readonly SampleReference[], blur: boolean): Promise<RgbImage[]> {
  const crops = new Map<string, RgbImage>();
  for (const dataset of new Set(samples.map((sample) => sample.dataset))) {
    const data = await openPrepared(project, dataset);
    try {
      for (const { index } of samples.filter((sample) => sample.dataset === dataset)) {
        const record = data.samples.find((candidate) => candidate.index === index);
        if (!record) throw new AppError('not-found', `Sample ${String(index)} of ${dataset} has no crop.`);
        const pixels = Uint8Array.from(data.crop(record.row));
        const side = Math.sqrt(pixels.length / 3);
        const crop = createImage(side, side, pixels);
        crops.set(`${dataset} ${String(index)}`, blur ? blurred(crop) : crop);
      }
    } finally {
      data.close();
    }
  }
  return samples.flatMap(({ dataset, index }) => crops.get(`${dataset} ${String(index)}`) ?? []);
}

function samplesCsv(made: readonly DepthPrediction[]): string {
  const names = DepthMeasureName.options;
  return stringify([
    ['row', 'dataset', 'index', 'subject', 'attack_type', ...names, 'score'],
    ...made.map(({ sample, subject, attackType, measures, score }, row) => [
      String(row),
      sample.dataset,
      String(sample.index),
      subject ?? '',
      attackType ?? '',
      ...names.map((name) => (measures[name] === null ? '' : String(measures[name]))),
      score === null ? '' : String(score),
    ]),
  ]);
}
