import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { Dataset, defaultRecipe } from '@shared/domain/dataset';
import { Provenance } from '@shared/domain/job';
import type { ReportData, ReportDefinition } from '@shared/domain/report';
import { recipeHash, shardInfoName } from '@workbench/datasets/prepared-files';
import { evaluateReport } from '@workbench/evaluation/evaluate-report';
import { bundleFiles } from '@workbench/evaluation/rebuild';
import { withFileErrors } from '@workbench/project/file-errors';
import { readJson, writeFileAtomic, writeJson } from '@workbench/project/files';
import { distFile } from '@workbench/project/paths';
import type { Project } from '@workbench/project/project';
import { exportReport } from './export';

export interface Bundle {
  readonly folder: string;
  /** Relative to the folder. */
  readonly files: readonly string[];
  readonly bytes: number;
  /** What rebuilds the table, run inside the folder. */
  readonly command: string;
}

/** Stands for folders and hosts of the machine that the bundle was made on. */
const leftOut = 'not in the bundle';

/**
 * Writes a reviewer bundle: a small project with the report's definition, score files, run settings and hashes, the tables as
 * they were exported, and a program that makes them again from the scores. No picture, crop or depth map is in it, nor where
 * they lie.
 * @param folder new or empty
 * @throws AppError `conflict` when the folder holds something; what evaluating and writing throw
 */
export async function writeBundle(project: Project, definition: ReportDefinition, folder: string): Promise<Bundle> {
  if (existsSync(folder) && (await readdir(folder)).length > 0)
    throw new AppError('conflict', `${folder} is not empty; a bundle gets a folder of its own.`, { path: folder });
  const data = await evaluateReport(project, definition);
  const out = new BundleWriter(project, folder);
  await copyRuns(out, data);
  await copyScores(out, data);
  await copyDatasets(out, data);
  await out.copy('project.json');
  await writeJson(out.place(`reports/${definition.name}.json`), definition);
  // The bundle answers as the version that made it.
  await writeJson(out.place('package.json'), { name: 'relief', version: data.relief, private: true });
  await writeJson(out.place(bundleFiles.index), { formatVersion: 1, report: definition.name, relief: data.relief });
  await writeJson(out.place(bundleFiles.numbers), data);
  for (const { path } of await exportReport(data, ['latex', 'markdown', 'csv', 'json'], join(folder, 'expected')))
    out.add(`expected/${path.slice(join(folder, 'expected').length + 1)}`);
  await out.write('rebuild.cjs', await readFile(distFile('rebuild.cjs')));
  await out.write('README.md', readme(definition, data));
  return out.finish();
}

/** Writes below the bundle's folder and remembers what is in it. */
class BundleWriter {
  private readonly files = new Set<string>();

  constructor(
    readonly project: Project,
    private readonly folder: string,
  ) {}

  add(path: string): void {
    this.files.add(path);
  }

  /** Where a file of the bundle goes; it counts as written. */
  place(path: string): string {
    this.add(path);
    return join(this.folder, path);
  }

  async write(path: string, content: string | Uint8Array): Promise<void> {
    await writeFileAtomic(this.place(path), content);
  }

  /** Copies a file of the project to the same place; one that is not there is left out. */
  async copy(path: string): Promise<void> {
    const from = join(this.project.folder, path);
    if (!existsSync(from)) return;
    await this.write(path, await withFileErrors('read', from, () => readFile(from)));
  }

  async finish(): Promise<Bundle> {
    const files = [...this.files].sort();
    let bytes = 0;
    const lines: string[] = [];
    for (const path of files) {
      const content = await readFile(join(this.folder, path));
      bytes += content.length;
      lines.push(`${createHash('sha256').update(content).digest('hex')}  ${path}\n`);
    }
    await writeFileAtomic(join(this.folder, bundleFiles.sums), lines.join(''));
    return { folder: this.folder, files: [...files, bundleFiles.sums], bytes, command: 'node rebuild.cjs' };
  }
}

/** Settings, results and provenance of every run that the report looked at, and the scores of those it measured. */
async function copyRuns(out: BundleWriter, data: ReportData): Promise<void> {
  const measured = data.evaluations.flatMap(({ run }) => run ?? []);
  const named = data.omitted.map(({ run }) => run).filter((run) => existsSync(join(out.project.folder, 'jobs', run)));
  for (const run of new Set([...measured, ...named])) {
    const folder = `jobs/${run}`;
    for (const file of ['job.json', 'config.json', 'result.json']) await out.copy(`${folder}/${file}`);
    if (existsSync(join(out.project.folder, folder, 'protocol.json'))) await out.copy(`${folder}/protocol.json`);
    const provenance = join(out.project.folder, folder, 'provenance.json');
    if (existsSync(provenance)) {
      const made = await readJson(provenance, Provenance, 'provenance');
      await writeJson(out.place(`${folder}/provenance.json`), { ...made, host: leftOut, command: leftOut });
    }
    const scores = `${folder}/scores/${data.making.epoch}`;
    for (const name of await namesIn(join(out.project.folder, scores))) await out.copy(`${scores}/${name}`);
  }
}

/** Floors and imported scores with their records. */
async function copyScores(out: BundleWriter, data: ReportData): Promise<void> {
  const folders = data.evaluations
    .filter(({ run }) => run === null)
    .flatMap(({ files }) => files.map(({ path }) => path.slice(0, path.lastIndexOf('/'))));
  const imported = (data.foreign ?? []).map(({ name }) => `scores/foreign-${name}`);
  for (const folder of new Set([...folders, ...imported]))
    for (const name of await namesIn(join(out.project.folder, folder))) await out.copy(`${folder}/${name}`);
}

/** What datasets are called and counted, and the hash of what was prepared; not where their pictures lie. */
async function copyDatasets(out: BundleWriter, data: ReportData): Promise<void> {
  const prepared = recipeHash(defaultRecipe);
  for (const { id } of data.datasets) {
    const file = join(out.project.folder, 'datasets', id, 'dataset.json');
    if (!existsSync(file)) continue;
    const dataset = await readJson(file, Dataset, `dataset ${id}`);
    const { origin } = dataset;
    await writeJson(out.place(`datasets/${id}/dataset.json`), {
      ...dataset,
      origin: {
        ...origin,
        ...('root' in origin ? { root: leftOut } : {}),
        ...('file' in origin ? { file: leftOut } : {}),
      },
      findings: [],
    });
    await out.copy(`datasets/${id}/prepared/${prepared}/${shardInfoName}`);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return existsSync(folder) ? (await readdir(folder)).filter((name) => /\.(csv|json)$/.test(name)).sort() : [];
}

function readme(definition: ReportDefinition, data: ReportData): string {
  return `# ${definition.title}

Scores, thresholds, settings and hashes behind the tables in \`expected/\`. There are no pictures in it.

- \`node rebuild.cjs\` (Node 20 or newer, nothing else) makes every number again from the score files, compares it with
  \`expected/numbers.json\` and every file with \`SHA256SUMS\`, prints the table and ends with 1 when anything differs.
- \`relief report ${definition.name} --project . -o again\` writes the tables themselves again, with the same bytes.
- \`jobs/*/config.json\` are the settings of each run, \`provenance.json\` its versions, engine, device and data hashes,
  \`scores/**\` the scores: higher is more bona fide; an empty attack type is bona fide, an empty score is a failure to acquire.

Made with Relief ${data.relief}; ${String(data.evaluations.length)} evaluations of ${String(data.datasets.length)} datasets.
`;
}
