import { type Command, Option } from 'commander';
import { DepthMeasureName } from '@shared/domain/depth-measures';
import { DepthReference } from '@shared/domain/depth-target';
import { SetName } from '@shared/domain/names';
import { rankingCsv } from '@workbench/inspection/rank-set';
import { writeFileAtomic } from '@workbench/project/files';
import { contextOf } from '../context';
import { rankPrepared, type RunOptions, withRun } from '../depth-run';
import { engineNames, readEngineChoice } from '../engine-option';

interface RankOptions extends RunOptions {
  readonly dataset: string;
  readonly set: SetName;
  readonly by: DepthMeasureName;
  readonly against: DepthReference;
  readonly best?: boolean;
  readonly output?: string;
}

/** `relief depth rank`: the order of the window's galleries. */
export function registerDepthRank(depth: Command): void {
  depth
    .command('rank')
    .description('measure every sample of a set against its target: a CSV, worst first')
    .requiredOption('--run <job>', 'the trained run')
    .requiredOption('--dataset <id>', 'a prepared dataset')
    .addOption(new Option('--set <name>', 'which of its sets').choices(SetName.options).default('test'))
    .addOption(
      new Option('--by <measure>', 'what orders the rows')
        .choices(DepthMeasureName.options)
        .default('meanAbsoluteError' satisfies DepthMeasureName),
    )
    .addOption(
      new Option('--against <what>', 'target = what it was trained towards, own = the dataset’s own depth')
        .choices(DepthReference.options)
        .default('target' satisfies DepthReference),
    )
    .option('--best', 'best first')
    .option('--epoch <n>', 'an epoch of the stage that trains depth (default: its last)')
    .option('--engine <name>', `what computes: ${engineNames}`, readEngineChoice, 'auto')
    .option('-o, --output <file>', 'where to write (default: standard output)')
    .action(async (options: RankOptions, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject((project) =>
        withRun(project, options, async (open) => {
          const { dataset, set, by, against } = options;
          const ranking = await rankPrepared(project, open, dataset, set, against);
          const csv = rankingCsv(ranking, dataset, by, options.best === true ? 'best' : 'worst');
          if (options.output !== undefined) await writeFileAtomic(options.output, csv);
          const { run, epoch } = open;
          output.result({ run, epoch, dataset, set, by, against, samples: ranking.index.length, csv }, () =>
            options.output === undefined ? csv.trimEnd() : `${options.output}: ${ranking.index.length} samples`,
          );
        }),
      );
    });
}
