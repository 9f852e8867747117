import { type Command, Option } from 'commander';
import { resolve } from 'node:path';
import type { SampleReference } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import { DepthExport, DepthExportKind } from '@shared/domain/depth-export';
import { ColourMapName } from '@shared/figures/colour-maps';
import { SetName } from '@shared/domain/names';
import { openDivided, readJobProtocol } from '@workbench/datasets/protocols/job-protocol';
import { exportMaps } from '@workbench/inspection/export-maps';
import { Inspector } from '@workbench/inspection/inspector';
import { findJobId } from '@workbench/jobs/job-folder';
import type { Project } from '@workbench/project/project';
import { collect } from '../command';
import { contextOf } from '../context';

interface ExportOptions {
  readonly run: readonly string[];
  readonly dataset: string;
  readonly set: SetName;
  readonly samples?: string;
  readonly what: string;
  readonly epoch?: string;
  readonly colours: DepthExport['colourMap'];
  readonly width: string;
  readonly blurFaces?: boolean;
  readonly output: string;
}

/** Of each class, evenly spread over the set, where no samples are named. */
const perClass = 4;

/** `relief depth export`: the same files as the window's. */
export function registerDepthExport(depth: Command): void {
  depth
    .command('export')
    .description('write a contact sheet, raw floats or an animation over epochs of what runs paint')
    .requiredOption('--run <job>', 'a trained run (repeatable: rows of the sheet)', collect)
    .requiredOption('--dataset <id>', 'a prepared dataset')
    .addOption(
      new Option('--set <name>', 'which of its sets samples are taken from').choices(SetName.options).default('test'),
    )
    .option('--samples <list>', 'indices with commas (default: four bona fide and four attacks, evenly spread)')
    .option('--what <list>', `with commas: ${DepthExportKind.options.join(', ')}`, 'sheet-pdf')
    .option('--epoch <n>', 'an epoch of the stage that trains depth (default: its last)')
    .addOption(new Option('--colours <map>', 'colour map').choices(ColourMapName.options).default('viridis'))
    .option('--width <mm>', 'printed width of the sheet in millimetres', '174')
    .option('--blur-faces', 'make faces unrecognisable')
    .requiredOption('-o, --output <dir>', 'where to write')
    .action(async (options: ExportOptions, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject(async (project) => {
        const wanted = DepthExport.safeParse({
          kinds: options.what.split(',').map((kind) => kind.trim()),
          jobs: options.run.map((run) => findJobId(project, run)),
          epoch: options.epoch === undefined ? 'last' : Number(options.epoch),
          samples: await samplesOf(project, options.run.map((one) => findJobId(project, one))[0], options),
          colourMap: options.colours,
          widthMillimetres: Number(options.width),
          blurFaces: options.blurFaces === true,
        });
        if (!wanted.success) {
          const [issue] = wanted.error.issues;
          throw new AppError(
            'bad-request',
            `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'not valid'}`,
          );
        }
        const inspector = new Inspector(() => undefined);
        try {
          const files = await exportMaps(project, wanted.data, resolve(options.output), (job, epoch, samples) =>
            inspector.ask((client) =>
              client.predict({ project: project.folder, job, epoch, samples: [...samples], against: 'target' }),
            ),
          );
          output.result({ files }, () => files.map((path) => `wrote ${path}`).join('\n'));
        } finally {
          inspector.stop();
        }
      });
    });
}

async function samplesOf(
  project: Project,
  run: string | undefined,
  { dataset, set, samples }: ExportOptions,
): Promise<SampleReference[]> {
  if (samples !== undefined) return samples.split(',').map((index) => ({ dataset, index: Number(index) }));
  const protocol = run === undefined ? undefined : await readJobProtocol(project.jobFolder(run));
  const data = await openDivided(project, dataset, protocol);
  try {
    const records = data.samples.filter(({ item }) => item.set === set);
    const spread = (of: typeof records) =>
      Array.from(
        { length: Math.min(perClass, of.length) },
        (_, i) => of[Math.floor(((i + 0.5) * of.length) / perClass)],
      );
    const chosen = [
      ...spread(records.filter(({ item }) => item.attackType === null)),
      ...spread(records.filter(({ item }) => item.attackType !== null)),
    ];
    return chosen.flatMap((record) => (record ? [{ dataset, index: record.index }] : []));
  } finally {
    data.close();
  }
}
