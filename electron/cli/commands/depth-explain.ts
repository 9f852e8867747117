import type { Command } from 'commander';
import { join, resolve } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { FeaturePath } from '@shared/domain/network-graph';
import type { PreparedData } from '@workbench/datasets/prepared-data';
import { openPrepared } from '@workbench/datasets/store';
import { npyOf } from '@workbench/images/npy';
import { explainScore } from '@workbench/inspection/explain-score';
import { writeFileAtomic } from '@workbench/project/files';
import { contextOf } from '../context';
import { type RunOptions, withRun } from '../depth-run';
import { engineNames, readEngineChoice } from '../engine-option';

interface ExplainOptions extends RunOptions {
  readonly dataset: string;
  readonly index: string;
  readonly output: string;
}

/** `relief depth explain`: why a sample scores what it does, and what each block of the networks gives for it. */
export function registerDepthExplain(depth: Command): void {
  depth
    .command('explain')
    .description('take a sample’s score apart, and write what each block of the networks gives for it')
    .requiredOption('--run <job>', 'the trained run')
    .requiredOption('--dataset <id>', 'a prepared dataset')
    .requiredOption('--index <n>', 'line of the sample in its dataset, from 0')
    .option('--epoch <n>', 'an epoch of the stage that trains depth (default: its last)')
    .option('--engine <name>', `what computes: ${engineNames}`, readEngineChoice, 'auto')
    .requiredOption('-o, --output <dir>', 'where to write')
    .action(async (options: ExplainOptions, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject((project) =>
        withRun(project, options, async ({ run, epoch, classifier, depth: predictor }) => {
          const crop = cropAt(await openPrepared(project, options.dataset), options);
          const folder = resolve(options.output);
          const files: string[] = [];
          const write = async (name: string, values: Float32Array, shape: readonly number[]) => {
            const file = join(folder, `${name}.npy`);
            await writeFileAtomic(file, npyOf(values, shape));
            files.push(file);
          };
          const { score, bias, contributions, contributionSide, falls, fallSide } = await explainScore(
            classifier,
            crop,
          );
          await write('contributions', contributions, [contributionSide, contributionSide]);
          await write('falls', falls, [fallSide, fallSide]);
          const blocks = [];
          for (const path of FeaturePath.options) {
            const through = path === 'classifier' ? classifier : predictor;
            if (path === 'generator' && !through.hasDepth) continue;
            for (const { part, block, side, channels, energy, strongest, maps } of await through.features(crop, path)) {
              const name = `${path}-${part}-${block.replaceAll(' ', '-')}`;
              await write(`${name}-energy`, energy, [side, side]);
              await write(`${name}-maps`, maps, [strongest.length, side, side]);
              blocks.push({ path, part, block, side, channels, strongest });
            }
          }
          output.result({ run, epoch, score, bias, blocks, files }, () =>
            [`score ${score.toFixed(4)}, bias ${bias.toFixed(4)}`, ...files.map((file) => `wrote ${file}`)].join('\n'),
          );
        }),
      );
    });
}

function cropAt(data: PreparedData, { dataset, index }: ExplainOptions): Uint8Array {
  try {
    const record = data.samples.find((sample) => sample.index === Number(index));
    if (!record) throw new AppError('not-found', `Sample ${index} of ${dataset} has no crop.`, { dataset, index });
    return Uint8Array.from(data.crop(record.row));
  } finally {
    data.close();
  }
}
