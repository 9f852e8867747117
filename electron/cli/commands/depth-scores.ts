import { type Command, InvalidArgumentError, Option } from 'commander';
import { DepthReduction, type DepthScoreRule } from '@shared/domain/depth-score';
import { keepScores } from '@workbench/inspection/keep-scores';
import { contextOf } from '../context';
import { rankPrepared, type RunOptions, withRun } from '../depth-run';
import { engineNames, readEngineChoice } from '../engine-option';

interface ScoresOptions extends RunOptions {
  readonly name: string;
  readonly title?: string;
  readonly depth: DepthReduction;
  readonly classifierShare: number;
}

/** `relief depth scores`: the window's "Use in reports". */
export function registerDepthScores(depth: Command): void {
  depth
    .command('scores')
    .description('score every set of a run by its depth maps, without training: a system that reports can show')
    .requiredOption('--run <job>', 'the trained run')
    .requiredOption('--name <name>', 'short name of the system')
    .option('--title <title>', 'how tables call it')
    .addOption(
      new Option('--depth <reduction>', 'how a map becomes a number').choices(DepthReduction.options).default('mean'),
    )
    .option('--classifier-share <share>', 'share of the classifier’s score, 0–1', readShare, 0)
    .option('--epoch <n>', 'an epoch of the stage that trains depth (default: its last)')
    .option('--engine <name>', `what computes: ${engineNames}`, readEngineChoice, 'auto')
    .action(async (options: ScoresOptions, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject((project) =>
        withRun(project, options, async (open) => {
          const { run, epoch } = open;
          const rule: DepthScoreRule = { depth: options.depth, classifierShare: options.classifierShare };
          const { name, title } = options;
          const kept = await keepScores(project, { job: run, rule, name, title }, (dataset, set) =>
            rankPrepared(project, open, dataset, set),
          );
          output.result({ run, epoch, rule, ...kept }, () =>
            kept.files.map(({ dataset, set, samples }) => `${dataset} ${set}: ${samples} scores`).join('\n'),
          );
        }),
      );
    });
}

function readShare(text: string): number {
  const share = Number(text);
  if (text.trim() !== '' && share >= 0 && share <= 1) return share;
  throw new InvalidArgumentError('Give a number from 0 to 1.');
}
