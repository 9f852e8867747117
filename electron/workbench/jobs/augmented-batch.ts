import { AppError } from '@shared/contract/errors';
import { drawContactSheet } from '@shared/figures/contact-sheet';
import type { PreparedData } from '@workbench/datasets/prepared-data';
import { checkFacesMayLeave } from '@workbench/datasets/privacy/licences';
import { openPrepared } from '@workbench/datasets/store';
import { describeProblem, readExperimentText } from '@workbench/experiments/yaml-text';
import { blurred, mapPicture, pngDataUri } from '@workbench/images/pictures';
import { createImage, type RgbImage } from '@workbench/images/rgb-image';
import type { Project } from '@workbench/project/project';
import { figureFile, pixelsPerMillimetre } from '@workbench/reports/figure-files';
import { previewBatch, type PreviewedBatch } from '@workbench/training/batch-preview';

/**
 * Faces of a batch that an experiment would train on, RGB and depth augmented together.
 * @throws AppError `invalid` with the experiment's first problem, `not-found` for a source that is not prepared
 */
export async function augmentedBatch(
  project: Project,
  text: string,
  ordinal: number,
  ofEach: number,
): Promise<PreviewedBatch> {
  const read = readExperimentText(text);
  const [problem] = read.ok ? [] : read.problems;
  if (!read.ok) throw new AppError('invalid', problem ? describeProblem('experiment', problem) : 'It cannot be read.');
  const { config } = read.experiment;
  const sources: PreparedData[] = [];
  try {
    for (const id of config.data.sources) sources.push(await openPrepared(project, id));
    return previewBatch(sources, config, ordinal, ofEach);
  } finally {
    for (const data of sources) data.close();
  }
}

const sheetMillimetres = 174;
const fontSize = 8 * (96 / 72);
const cellPixels = 4;
/** How much of the map is seen over the face. */
const overlayShare = 0.5;

/**
 * A batch as a picture: each face as it is stored and as it trains, its depth, and both over each other, where one sees that
 * they were moved together.
 * @throws AppError `permission` when faces may not leave the project unblurred
 */
export async function batchSheet(
  project: Project,
  batch: PreviewedBatch,
  { title, subtitle, blurFaces }: { readonly title: string; readonly subtitle: string; readonly blurFaces: boolean },
): Promise<Uint8Array> {
  const { samples, size, mapSize } = batch;
  const licences = blurFaces
    ? []
    : await checkFacesMayLeave(
        project,
        samples.map(({ dataset }) => dataset),
      );
  const face = (pixels: Uint8Array) => {
    const image = createImage(size, size, pixels);
    return blurFaces ? blurred(image) : image;
  };
  const map = (values: Uint8Array) =>
    mapPicture(
      Float32Array.from(values, (value) => value / 255),
      mapSize,
      'viridis',
      cellPixels,
    );
  const row = async (label: string, of: (sample: (typeof samples)[number]) => RgbImage) => ({
    label,
    pictures: await Promise.all(samples.map((sample) => pngDataUri(of(sample)))),
  });
  const svg = drawContactSheet(
    {
      title,
      subtitle,
      note: [...(blurFaces ? ['Faces are blurred.'] : []), ...licences].join(' ') || null,
      columns: samples.map(({ dataset, item, bonaFide }) => ({
        label: `${dataset} ${item.subject ?? item.id}`,
        attack: !bonaFide,
      })),
      rows: [
        await row('Stored', ({ stored }) => face(stored)),
        await row('Augmented', ({ image }) => face(image)),
        await row('Depth, moved alike', (sample) => map(sample.map)),
        await row('Both', (sample) => blend(face(sample.image), map(sample.map))),
      ],
      bar: { map: 'viridis', low: '0 far', high: '1 near' },
    },
    { width: Math.round(sheetMillimetres * pixelsPerMillimetre), widthMillimetres: sheetMillimetres, fontSize },
  );
  const png = await figureFile(svg, 'png', sheetMillimetres);
  if (typeof png === 'string') throw new Error('a PNG is no text');
  return png;
}

/** Two pictures of any size over each other, in the size of the second. */
function blend(under: RgbImage, over: RgbImage): RgbImage {
  const { width, height } = over;
  const mixed = createImage(width, height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const below = 3 * (Math.floor((y * under.height) / height) * under.width + Math.floor((x * under.width) / width));
      const at = 3 * (y * width + x);
      for (let channel = 0; channel < 3; channel++)
        mixed.data[at + channel] =
          (1 - overlayShare) * (under.data[below + channel] ?? 0) + overlayShare * (over.data[at + channel] ?? 0);
    }
  return mixed;
}
