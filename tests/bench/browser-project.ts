import { linkSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultRecipe, type PreparedRow, ShardInfo } from '@shared/domain/dataset';
import type { MediaItem } from '@shared/domain/media-item';
import { createRandom } from '@shared/random';
import {
  cropBytes,
  depthBytes,
  itemsHash,
  recipeHash,
  rowsName,
  rowsPerShard,
  shardName,
} from '@workbench/datasets/prepared-files';
import { encodeJpeg } from '@workbench/images/encode';
import { createImage } from '@workbench/images/rgb-image';
import { createProject, type Project } from '@workbench/project/project';
import { writeListedDataset } from '../fixtures/listed-dataset';

// Writes a project of many samples: four datasets of frames of clips, with pictures (a few dozen different ones, each under
// thousands of names), rows and sparse shards. Called as `node browser-project.cjs FOLDER SAMPLES`; a third word `unprepared`
// leaves rows and shards away and gives every picture a face box instead, nearly all of them attacks.

const datasets = ['O', 'C', 'I', 'M'];
const framesPerClip = 20;
const differentPictures = 64;
const [, , folder = '', count = '200000', mode = ''] = process.argv;
const isUnprepared = mode === 'unprepared';
void main(folder, Number(count));

async function main(target: string, samples: number): Promise<void> {
  const project = await createProject(target, `${String(samples)} samples`);
  const pictures = await drawPictures(join(target, 'pictures'));
  for (const [place, id] of datasets.entries())
    await writeOne(project, id, Math.floor(samples / datasets.length), pictures, place);
  await project.close();
}

/** Small noisy portraits, so that decoding one costs something. */
async function drawPictures(target: string): Promise<string[]> {
  mkdirSync(target, { recursive: true });
  const paths: string[] = [];
  for (let picture = 0; picture < differentPictures; picture++) {
    const random = createRandom(`bench/${String(picture)}`);
    const image = createImage(320, 240);
    const [red, green, blue] = [120 + 100 * random.uniform(), 90 + 80 * random.uniform(), 70 + 80 * random.uniform()];
    for (let y = 0, at = 0; y < 240; y++)
      for (let x = 0; x < 320; x++) {
        const inside = ((x - 160) / 70) ** 2 + ((y - 120) / 95) ** 2 < 1;
        const light = (inside ? 1 : 0.35) * (0.9 + 0.2 * random.uniform());
        image.data[at++] = Math.min(255, red * light);
        image.data[at++] = Math.min(255, green * light);
        image.data[at++] = Math.min(255, blue * light);
      }
    const path = join(target, `${String(picture)}.jpg`);
    await writeFile(path, await encodeJpeg(image, 85));
    paths.push(path);
  }
  return paths;
}

async function writeOne(
  project: Project,
  id: string,
  samples: number,
  pictures: string[],
  seed: number,
): Promise<void> {
  const root = join(project.folder, 'originals', id);
  const random = createRandom(`bench/dataset/${String(seed)}`);
  const items: MediaItem[] = [];
  for (let clip = 0; items.length < samples; clip++) {
    const subject = String(1 + (clip % 55)).padStart(3, '0');
    const types = [isUnprepared && clip % 50 > 0 ? 'print/2' : null, 'print/1', 'print/2', 'replay/1', 'replay/2'];
    const attackType = types[clip % 5] ?? null;
    const videoId = `${subject}_${String(clip)}`;
    mkdirSync(join(root, videoId), { recursive: true });
    for (let frame = 0; frame < framesPerClip && items.length < samples; frame++) {
      const path = `${videoId}/${String(frame).padStart(3, '0')}.jpg`;
      linkSync(pictures[(clip + frame) % pictures.length] ?? '', join(root, path));
      items.push({
        id: `${id}-${String(items.length)}`,
        path,
        kind: 'image',
        subject,
        session: String(1 + (clip % 3)),
        device: `phone ${String(1 + (clip % 6))}`,
        videoId,
        frame: frame * 5,
        attackType,
        set: clip % 55 < 20 ? 'train' : clip % 55 < 35 ? 'dev' : 'test',
        box: isUnprepared ? [90, 30, 140, 190] : null,
        tags: { light: clip % 2 === 0 ? 'controlled' : 'adverse', quality: String(60 + (clip % 40)) },
      });
    }
  }
  await writeListedDataset(project, id, root, items);
  if (!isUnprepared) await writePrepared(project, id, items, () => random.uniform());
}

/** One in five hundred has no face; shards are holes of the right length. */
async function writePrepared(project: Project, id: string, items: MediaItem[], uniform: () => number): Promise<void> {
  const place = project.preparedFolder(id, recipeHash(defaultRecipe));
  mkdirSync(place, { recursive: true });
  let row = 0;
  const rows = items.map(({ id: item, path }): PreparedRow => {
    if (uniform() < 0.002) return { ok: false, item, reason: 'no-face', message: `${path}: No face found.` };
    const yaw = 60 * (uniform() - 0.5);
    return {
      ok: true,
      item,
      face: 0,
      row: row++,
      box: [90, 30, 140, 190],
      detectorScore: 0.6 + 0.4 * uniform(),
      meshFlag: 1,
      yaw,
      pitch: 10 * uniform(),
      region: { centreX: 160, centreY: 120, side: 240, rotation: 0 },
      landmarks: [
        [130, 100],
        [190, 100],
        [160, 130],
        [140, 160],
        [180, 160],
      ],
    };
  });
  for (let shard = 0; shard * rowsPerShard < row; shard++)
    for (const [kind, bytes] of [
      ['crops', cropBytes(defaultRecipe)],
      ['depth', depthBytes(defaultRecipe)],
    ] as const) {
      const file = join(place, shardName(kind, shard));
      writeFileSync(file, '');
      truncateSync(file, Math.min(rowsPerShard, row - shard * rowsPerShard) * bytes);
    }
  await writeFile(join(place, rowsName), rows.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const info: ShardInfo = {
    formatVersion: 1,
    recipe: defaultRecipe,
    samples: row,
    failures: items.length - row,
    rowsPerShard,
    itemsHash: itemsHash(items),
    contentHash: 'bench',
  };
  await writeFile(join(place, 'shard.json'), JSON.stringify(ShardInfo.parse(info)));
}
