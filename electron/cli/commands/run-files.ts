import { type Command, Option } from 'commander';
import { resolve } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { CurveFormat, type RunDifference, type StoredFile } from '@shared/domain/job';
import { compareRuns } from '@workbench/jobs/compare';
import { exportCurves } from '@workbench/jobs/export/export-curves';
import { findJobId, jobFolder } from '@workbench/jobs/job-folder';
import { bytesText } from '@workbench/jobs/preflight/words';
import { pruneRun } from '@workbench/jobs/prune';
import { storedFiles } from '@workbench/training/stored';
import { contextOf } from '../context';
import { textTable } from '../output';

/** `jobs compare`, `jobs export`, `jobs checkpoints`: what runs hold beside their state. */
export function registerRunFiles(jobs: Command): void {
  jobs
    .command('compare <jobs...>')
    .description('in what training runs differ: settings, code, versions, engine, machine, data')
    .action(async (asked: readonly string[], _options: unknown, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject(async (project) => {
        const ids = asked.map((one) => findJobId(project, one));
        const { settings, environment } = await compareRuns(project, ids);
        const all = [...settings, ...environment];
        output.result({ jobs: ids, settings, environment }, () =>
          all.length === 0 ? 'They differ in nothing.' : textTable([['', ...ids], ...all.map(differenceRow)]),
        );
      });
    });
  jobs
    .command('export <jobs...>')
    .description('write the curves of runs for other programs')
    .addOption(
      new Option('--format <name>', 'csv, or an event file for TensorBoard')
        .choices(CurveFormat.options)
        .default('csv'),
    )
    .requiredOption('-o, --output <dir>', 'where to write')
    .action(async (asked: readonly string[], options: { format: CurveFormat; output: string }, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject(async (project) => {
        const ids = asked.map((one) => findJobId(project, one));
        const files = await exportCurves(project, ids, options.format, resolve(options.output));
        output.result({ files }, files.join('\n'));
      });
    });
  jobs
    .command('checkpoints <job>')
    .description('list what a run keeps, with sizes; prune what nothing needs any more')
    .option('--prune-epochs <n>', 'keep the generator of every n-th epoch and the newest (0: the newest alone)')
    .option('--prune-moments', 'remove optimizer moments that nothing will go on from')
    .option('--dry-run', 'only say what would be freed')
    .action(async (asked: string, options: PruneOptions, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject(async (project) => {
        const id = findJobId(project, asked);
        const wish = { keepEvery: everyOf(options.pruneEpochs), moments: options.pruneMoments === true };
        const isWished = wish.keepEvery !== null || wish.moments;
        const freed = isWished ? await pruneRun(project, id, wish, options.dryRun === true) : null;
        const stored = await storedFiles(jobFolder(project, id).path);
        output.result({ job: id, stored, freed }, () =>
          [
            stored.length === 0
              ? 'No checkpoint yet.'
              : textTable([['', 'at', 'size', 'of these moments'], ...stored.map(storedRow)]),
            ...(freed
              ? [
                  `${options.dryRun === true ? 'Would free' : 'Freed'} ${bytesText(freed.bytes)} in ${freed.files} files.`,
                ]
              : []),
          ].join('\n'),
        );
      });
    });
}

interface PruneOptions {
  readonly pruneEpochs?: string;
  readonly pruneMoments?: boolean;
  readonly dryRun?: boolean;
}

function everyOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const every = Number(text);
  if (!Number.isInteger(every) || every < 0 || every > 1000)
    throw new AppError('bad-request', `--prune-epochs ${text}: give a whole number from 0 to 1000.`);
  return every;
}

function differenceRow({ path, values }: RunDifference): string[] {
  return [path, ...values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))];
}

function storedRow({ kind, at, roles, bytes, momentBytes }: StoredFile): string[] {
  const name = kind === 'checkpoint' ? `checkpoint, ${roles.join(' and ')}` : 'epoch';
  return [name, String(at), bytesText(bytes), momentBytes === 0 ? '' : bytesText(momentBytes)];
}
