import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@shared/random';
import { KilledPreparation } from '../fixtures/killed-preparation';

// Kills a preparation -9 at random moments between its first instruction and its last, each time from the start, resumes it,
// and compares every file with an undisturbed run. `KILLS` and `SEED` in the environment change how often and when.

const kills = Number(process.env['KILLS'] ?? 20);
const random = createRandom(`killed preparation/${process.env['SEED'] ?? '1'}`);
const folder = mkdtempSync(join(tmpdir(), 'relief-killed-'));
void check().then(
  (code) => {
    rmSync(folder, { recursive: true, force: true });
    process.exitCode = code;
  },
  (error: unknown) => {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  },
);

async function check(): Promise<number> {
  const preparation = new KilledPreparation(folder);
  await preparation.make();
  const { took } = await preparation.run();
  const undisturbed = JSON.stringify(preparation.files());
  say(`undisturbed: ${(took / 1000).toFixed(1)} s, ${Object.keys(preparation.files()).join(', ')}`);
  let wrong = 0;
  for (let kill = 1; kill <= kills;) {
    preparation.forget();
    const moment = random.uniform() * took;
    if ((await preparation.run(moment)).done) continue; // It was quicker this time.
    await preparation.run();
    const same = JSON.stringify(preparation.files()) === undisturbed && preparation.leftovers().length === 0;
    if (!same) wrong++;
    const at = (moment / 1000).toFixed(2);
    say(`${String(kill++)}: killed at ${at} s, resumed: ${same ? 'same files' : 'DIFFERENT FILES'}`);
  }
  say(`${String(kills)} kills, ${String(wrong)} with different files`);
  return wrong === 0 ? 0 : 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
