import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '@shared/random';
import { KilledPreparation } from '../../fixtures/killed-preparation';

const folder = mkdtempSync(join(tmpdir(), 'relief-killed-'));
const preparation = new KilledPreparation(folder);
const kills = 3;

beforeAll(async () => {
  await preparation.make();
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a preparation that is killed -9', () => {
  it('goes on after each kill, to the same files as one that was left alone', async () => {
    const { took } = await preparation.run();
    const undisturbed = preparation.files();
    expect(Object.keys(undisturbed)).toEqual(['crops-000.u8', 'depth-000.u8', 'rows.jsonl', 'shard.json']);

    preparation.forget();
    const random = createRandom('kill moments');
    let killed = 0;
    for (let kill = 0; kill < kills; kill++)
      if (!(await preparation.run((0.3 + 0.5 * random.uniform()) * took)).done) killed++;
    await preparation.run();
    expect(killed).toBeGreaterThan(0);
    expect(preparation.files()).toEqual(undisturbed);
    expect(preparation.leftovers()).toEqual([]);
  }, 180_000);
});
