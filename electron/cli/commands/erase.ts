import type { Command } from 'commander';
import { type ErasurePlan, erasureWords } from '@shared/domain/erasure';
import { eraseSubject, planErasure } from '@workbench/jobs/erasure/erase-subject';
import { openIndex } from '@workbench/project/index-db';
import type { Register } from '../command';
import { contextOf } from '../context';

interface EraseOptions {
  readonly subject: string;
  readonly yes?: boolean;
}

export const registerErase: Register = (program) => {
  program
    .command('erase <dataset>')
    .description(
      'erase a person from a dataset with everything that was made of their files; originals stay as they are',
    )
    .requiredOption('--subject <name>', 'whom, as the dataset calls them')
    .option('--yes', 'do it; without it, only say what would go')
    .action(async (dataset: string, { subject, yes = false }: EraseOptions, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject(async (project) => {
        const index = await openIndex(project);
        try {
          const plan = await planErasure(project, index, dataset, subject);
          if (!yes) {
            output.result(
              { ...plan, erased: false },
              () => `${textOf(plan)}\nNothing has been erased. Add --yes to do it.`,
            );
            return;
          }
          const record = await eraseSubject(project, index, dataset, subject);
          output.result({ ...plan, erased: true, record }, () => `${textOf(plan)}\nErased.`);
        } finally {
          index.close();
        }
      });
    });
};

function textOf({ dataset, items, parts, stays }: ErasurePlan): string {
  return [
    `${dataset}: a subject with ${items} ${items === 1 ? 'item' : 'items'}. With it go:`,
    ...parts.map((part) => `  ${erasureWords(part)}: ${part.where}`),
    ...stays.map((sentence) => `- ${sentence}`),
  ].join('\n');
}
