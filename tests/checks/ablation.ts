// See ablation.mjs.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from '@shared/zod';
import { Relief, tinySettings, TrainedJobs } from '../fixtures/relief';
import { eventsOf } from '../unit/end-to-end/processes';

const domains = ['O', 'C', 'M', 'R'] as const;
const presets = ['scratch', 'auxiliary', 'pretrain-l1', 'pretrain-gan'];
const seeds = [1, 2, 3];

const Cell = z.strictObject({ mean: z.number(), sd: z.number().nullable(), n: z.int() });
const Group = z.looseObject({
  jobs: z.array(z.looseObject({ id: z.string(), state: z.string() })),
  table: z.looseObject({
    folds: z.array(z.string()),
    rows: z.array(z.looseObject({ experiment: z.string(), cells: z.array(Cell.nullable()), all: Cell.nullable() })),
    repeats: z.int(),
  }),
});
const JobFile = z.looseObject({
  group: z.string(),
  experiment: z.string(),
  seed: z.int(),
  sources: z.array(z.string()),
  targets: z.array(z.string()),
});

const relief = new Relief();
let failures = 0;
function tell(holds: boolean, words: string): void {
  if (!holds) failures++;
  process.stdout.write(`${holds ? 'ok  ' : 'FAIL'} ${words}\n`);
}

async function main(): Promise<void> {
  await relief.createTinyProject([]);
  await relief.drawDomains(domains.map((domain) => ({ domain, subjects: 10, images: 40 })));
  const begun = Date.now();
  const { jobs } = await relief.json(
    TrainedJobs,
    ['train', 'pretrain-gan', ...small(), '--leave-one-out', '--presets', presets.join(','), '--seeds', '3'],
    { seconds: 1800 },
  );
  const seconds = Math.round((Date.now() - begun) / 1000);
  const done = jobs.filter(({ state }) => state === 'done').length;
  tell(jobs.length === 48 && done === 48, `one command: ${jobs.length} runs, ${done} done (${seconds} s)`);

  const files = jobs.map(({ id }) => ({ id, job: readJob(id) }));
  const groups = new Set(files.map(({ job }) => job.group));
  tell(groups.size === 1, `${groups.size} group`);
  const leaks = files.filter(({ job }) => job.targets.some((target) => job.sources.includes(target)));
  tell(leaks.length === 0, `${leaks.length} runs with their target among the sources`);
  const combinations = new Set(
    files.map(({ job }) => `${job.experiment} ${job.targets.join()} ${String(job.seed)} ${job.sources.join()}`),
  );
  const wanted = presets.flatMap((preset) =>
    domains.flatMap((target) =>
      seeds.map((seed) => {
        const sources = [...domains].sort().filter((other) => other !== target);
        return `${preset} ${target} ${String(seed)} ${sources.join()}`;
      }),
    ),
  );
  const missing = wanted.filter((one) => !combinations.has(one));
  tell(
    missing.length === 0 && combinations.size === 48,
    `${combinations.size} combinations, missing: ${missing.join('; ') || 'none'}`,
  );

  const stages = readdirSync(join(relief.project, 'stages')).filter((name) => !name.startsWith('.')).length;
  tell(stages === 24, `${stages} stages 1 for 24 runs with one: 2 presets × 4 folds × 3 seeds`);
  await shareStages();
  await compareTable([...groups][0] ?? '', files);
  relief.dispose();
}

/** Settings of stage 2 do not change stage 1: a grid over them trains none anew. */
async function shareStages(): Promise<void> {
  const before = readdirSync(join(relief.project, 'stages')).length;
  const { jobs } = await relief.json(
    TrainedJobs,
    ['train', 'pretrain-gan', ...small(), '--leave-one-out', '--grid', 'stage2.dropout=0.1,0.4'],
    { seconds: 600 },
  );
  const reused = jobs.filter(({ id }) => eventsOf(folderOf(id)).some(({ type }) => type === 'stage-reused')).length;
  const after = readdirSync(join(relief.project, 'stages')).length;
  tell(
    jobs.length === 8 && reused === 8 && before === after,
    `${reused} of ${jobs.length} further runs took their stage 1 from its key`,
  );
}

/** The command's table against one made here from the score files alone. */
async function compareTable(
  group: string,
  files: readonly { id: string; job: z.infer<typeof JobFile> }[],
): Promise<void> {
  const { table } = await relief.json(Group, ['jobs', '--group', group]);
  let worst = 0;
  let values = 0;
  const compare = (cell: z.infer<typeof Cell> | null, own: readonly number[]) => {
    if (!cell || cell.n !== own.length) {
      worst = Infinity;
      return;
    }
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    const sd = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (own.length - 1));
    worst = Math.max(worst, Math.abs(cell.mean - mean), Math.abs((cell.sd ?? Infinity) - sd));
    values += 3;
  };
  for (const row of table.rows) {
    const own = files.filter(({ job }) => job.experiment === row.experiment);
    const hters = own.map(({ id, job }) => ({
      fold: `${job.sources.join('')}→${job.targets.join('')}`,
      hter: devHter(id, job.sources),
    }));
    table.folds.forEach((fold, index) => {
      compare(
        row.cells[index] ?? null,
        hters.flatMap((one) => (one.fold === fold ? [one.hter] : [])),
      );
    });
    compare(
      row.all,
      hters.map(({ hter }) => hter),
    );
  }
  const shape = table.rows.length === 4 && table.folds.length === 4 && table.repeats === 0;
  tell(
    shape && worst < 1e-9,
    `${values} numbers of the group's table made again from ${files.length * 3} score files: largest difference ${worst.toExponential(1)}`,
  );
}

/**
 * HTER on the pooled dev sets at their EER threshold: of the midpoints between neighbouring scores and the lowest score the
 * one with the least |FAR − FRR|, of several the highest. A sample is accepted at or above the threshold.
 */
function devHter(id: string, sources: readonly string[]): number {
  const rows = sources.flatMap((source) => readScores(join(folderOf(id), 'scores', 'last', `${source}.dev.csv`)));
  const bonaFide = rows.filter(({ attack }) => !attack).map(({ score }) => score);
  const attacks = rows.filter(({ attack }) => attack).map(({ score }) => score);
  const sorted = [...new Set(rows.map(({ score }) => score))].sort((a, b) => a - b);
  const candidates = [sorted[0] ?? 0, ...sorted.slice(1).map((score, index) => (score + (sorted[index] ?? 0)) / 2)];
  let best = { gap: Infinity, hter: NaN };
  for (const threshold of candidates) {
    const far = attacks.filter((score) => score >= threshold).length / attacks.length;
    const frr = bonaFide.filter((score) => score < threshold).length / bonaFide.length;
    if (Math.abs(far - frr) <= best.gap) best = { gap: Math.abs(far - frr), hter: (far + frr) / 2 };
  }
  return best.hter;
}

function readScores(path: string): { attack: boolean; score: number }[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  const names = head.trim().split(',');
  const [type, score] = [names.indexOf('attack_type'), names.indexOf('score')];
  return lines.map((line) => {
    const fields = line.trim().split(',');
    return { attack: (fields[type] ?? '') !== '', score: Number(fields[score]) };
  });
}

function small(): string[] {
  return tinySettings({ 'stage1.epochs': 2, 'stage2.epochs': 2, 'train.batchSize': 12 });
}
const folderOf = (id: string) => join(relief.project, 'jobs', id);
function readJob(id: string): z.infer<typeof JobFile> {
  return JobFile.parse(JSON.parse(readFileSync(join(folderOf(id), 'job.json'), 'utf8')));
}

main().then(
  () => {
    process.exitCode = failures === 0 ? 0 : 1;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  },
);
