import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mostClipBytes } from '@shared/contract/channels';
import { importDataset } from '@workbench/datasets/import-dataset';
import { decodeImage } from '@workbench/images/decode';
import { openProject } from '@workbench/project/project';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brightnessOf, countingClip } from '../fixtures/clips';
import { errorOf } from '../fixtures/errors';
import { type ServedProject, serveTinyProject } from '../fixtures/served-project';

let served: ServedProject;
let client: ServedProject['client'];
let folder: string;

beforeAll(async () => {
  served = await serveTinyProject({
    before: async (path) => {
      folder = join(path, '..', 'clips', 'live');
      mkdirSync(folder, { recursive: true });
      for (const name of ['a.avi', 'b.mp4', 'c.webm']) countingClip(folder, name, { frames: 20 });
      const project = await openProject(path, { role: 'command' });
      await importDataset(project, { path: join(folder, '..'), importer: 'folder', name: 'clips' });
      await project.close();
    },
  });
  client = served.client;
}, 120_000);
afterAll(() => served.close());

describe('a clip', () => {
  it.each([
    [0, 'a.avi', 'avi'],
    [1, 'b.mp4', 'mp4'],
    [2, 'c.webm', 'webm'],
  ])('number %i says how long it is, and hands out its bytes and its frames', async (index, name, container) => {
    const reference = { dataset: 'clips', index };
    const file = readFileSync(join(folder, name));
    const facts = await client['media.clip'](reference);
    expect(facts).toMatchObject({ container, frames: 20, framesPerSecond: 25, bytes: file.length });
    const [head, rest] = [
      await client['media.bytes']({ ...reference, from: 0, length: 100 }),
      await client['media.bytes']({ ...reference, from: 100, length: mostClipBytes }),
    ];
    expect(Buffer.concat([head.bytes, rest.bytes]).equals(file)).toBe(true);
    for (const frame of [0, 7, 19]) {
      const picture = await client['media.read']({ ...reference, kind: 'frame', size: 1024, frame });
      const [red = -1] = (await decodeImage(picture.bytes)).data.slice(-3);
      expect(red, `frame ${frame}`).toBeGreaterThan(brightnessOf(frame) - 8);
      expect(red, `frame ${frame}`).toBeLessThan(brightnessOf(frame) + 8);
    }
  });

  it('is none of a photograph, and none outside the list', async () => {
    expect(await errorOf(client['media.clip']({ dataset: 'O', index: 0 }))).toMatchObject({ code: 'invalid' });
    expect(await errorOf(client['media.bytes']({ dataset: 'O', index: 0, from: 0, length: 9 }))).toMatchObject({
      code: 'invalid',
    });
    expect(await errorOf(client['media.clip']({ dataset: 'clips', index: 3 }))).toMatchObject({ code: 'not-found' });
  });
});
