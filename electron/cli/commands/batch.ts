import type { Command } from 'commander';
import { resolve } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { withAssignments } from '@workbench/experiments/assignments';
import { augmentedBatch, batchSheet } from '@workbench/jobs/augmented-batch';
import { writeFileAtomic } from '@workbench/project/files';
import { collect } from '../command';
import type { Register } from '../command';
import { contextOf } from '../context';
import { findExperimentText } from '../experiment-text';

interface BatchOptions {
  readonly set?: readonly string[];
  readonly number: string;
  readonly faces: string;
  readonly blurFaces?: boolean;
  readonly output: string;
}

export const registerBatch: Register = (program) => {
  program
    .command('batch <experiment>')
    .description('write a picture of a training batch: RGB and depth as they are stored and augmented')
    .option('--set <key=value>', 'change a setting, such as augmentation.cropJitter=0.2 (repeatable)', collect)
    .option('--number <n>', 'which batch, from 1', '1')
    .option('--faces <n>', 'so many bona fide and so many attacks of it', '4')
    .option('--blur-faces', 'make faces unrecognisable')
    .requiredOption('-o, --output <file>', 'PNG file to write')
    .action(async (experiment: string, options: BatchOptions, command: Command) => {
      const { output, withProject } = contextOf(command);
      const number = wholeNumber('--number', options.number, 10_000);
      const faces = wholeNumber('--faces', options.faces, 16);
      await withProject(async (project) => {
        const text = withAssignments(await findExperimentText(project, experiment), options.set ?? [], experiment);
        const batch = await augmentedBatch(project, text, number - 1, faces);
        const title = `Batch ${number} of ${experiment}`;
        const subtitle = `${batch.size} px faces, ${batch.mapSize} px depth, as training gets them`;
        const file = resolve(options.output);
        const blurFaces = options.blurFaces === true;
        await writeFileAtomic(file, await batchSheet(project, batch, { title, subtitle, blurFaces }));
        const samples = batch.samples.map(({ dataset, item, bonaFide }) => ({ dataset, item: item.id, bonaFide }));
        output.result({ file, samples }, file);
      });
    });
};

function wholeNumber(option: string, text: string, largest: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > largest)
    throw new AppError('bad-request', `${option} ${text}: give a whole number from 1 to ${largest}.`);
  return value;
}
