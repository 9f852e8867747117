import type { Command } from 'commander';
import { AppError } from '@shared/contract/errors';
import { moveInQueue } from '@workbench/jobs/control';
import { findJobId } from '@workbench/jobs/job-folder';
import { advanceQueue, pauseQueue } from '@workbench/jobs/queue';
import { readQueue } from '@workbench/jobs/queue-file';
import type { Project } from '@workbench/project/project';
import { contextOf } from '../context';
import type { Register } from '../command';
import type { Output } from '../output';

interface MoveOptions {
  readonly first?: boolean;
  readonly last?: boolean;
  readonly before?: string;
}

/** `queue`, `queue move`, `queue pause` and `queue go-on`. */
export const registerQueue: Register = (program) => {
  const queue = program.command('queue').description('what waits, in the order in which it starts');
  queue
    .command('list', { isDefault: true })
    .description('list the jobs that wait')
    .action(async (_options: unknown, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject((project) => showQueue(project, output));
    });
  queue
    .command('move <job>')
    .description('change the place of a job that waits')
    .option('--first', 'it starts next')
    .option('--last', 'it starts after all others')
    .option('--before <job>', 'it starts before this one')
    .action(async (asked: string, options: MoveOptions, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject(async (project) => {
        await moveInQueue(project, findJobId(project, asked), await placeOf(project, options));
        await showQueue(project, output);
      });
    });
  for (const [name, description, paused] of [
    ['pause', 'start nothing more once what runs has ended', true],
    ['go-on', 'start what waits again', false],
  ] as const)
    queue
      .command(name)
      .description(description)
      .action(async (_options: unknown, command: Command) => {
        const { output, withProject } = contextOf(command);
        await withProject(async (project) => {
          await pauseQueue(project, paused);
          await advanceQueue(project);
          await showQueue(project, output);
        });
      });
};

/** The job that is to come after the moved one; null for the end. */
async function placeOf(project: Project, { first, last, before }: MoveOptions): Promise<string | null> {
  if ([first, last, before].filter((option) => option !== undefined).length !== 1)
    throw new AppError('bad-request', 'queue move: give one of --first, --last and --before JOB.');
  if (before !== undefined) return findJobId(project, before);
  return first === true ? ((await readQueue(project)).order[0] ?? null) : null;
}

async function showQueue(project: Project, output: Output): Promise<void> {
  const { paused, order } = await readQueue(project);
  output.result({ paused, order }, () =>
    [
      ...(paused ? ['The queue is paused: what runs goes on, nothing more starts.'] : []),
      ...(order.length === 0 ? ['Nothing waits.'] : order.map((id, index) => `${index + 1}. ${id}`)),
    ].join('\n'),
  );
}
