import { AppError } from '@shared/contract/errors';
import { RunMarksChange } from '@shared/domain/run-marks';
import { findJobId, jobFolder } from '@workbench/jobs/job-folder';
import { markJobs } from '@workbench/jobs/marks';
import type { Command } from 'commander';
import { collect, type Register } from '../command';
import { contextOf } from '../context';

interface MarkOptions {
  readonly star?: boolean;
  readonly unstar?: boolean;
  readonly tag?: readonly string[];
  readonly untag?: readonly string[];
  readonly note?: string;
  readonly archive?: boolean;
  readonly restore?: boolean;
}

export const registerMark: Register = (program) => {
  program
    .command('mark <jobs...>')
    .description('star, tag, note or archive runs; without an option, say what is noted')
    .option('--star', 'mark them with a star')
    .option('--unstar', 'take the star away')
    .option('--tag <word>', 'add a tag (repeatable)', collect)
    .option('--untag <word>', 'take a tag away (repeatable)', collect)
    .option('--note <text>', 'what there is to say; "" takes it away')
    .option('--archive', 'leave them out of lists and of reports that take every run')
    .option('--restore', 'take them back out of the archive')
    .action(async (asked: readonly string[], options: MarkOptions, command: Command) => {
      const change = changeOf(options);
      const { output, withProject } = contextOf(command);
      await withProject(async (project) => {
        const ids = asked.map((one) => findJobId(project, one));
        if (Object.keys(change).length > 0) await markJobs(project, ids, change);
        const jobs = await Promise.all(
          ids.map(async (id) => ({ id, marks: (await jobFolder(project, id).marks()) ?? null })),
        );
        output.result({ jobs }, () =>
          jobs
            .map(({ id, marks }) => {
              const words = [
                ...(marks?.star === true ? ['starred'] : []),
                ...(marks?.archived === true ? ['archived'] : []),
                ...(marks?.tags ?? []),
                ...(marks && marks.note !== '' ? [`"${marks.note}"`] : []),
              ];
              return `${id}  ${words.length === 0 ? '–' : words.join(', ')}`;
            })
            .join('\n'),
        );
      });
    });
};

function changeOf({ star, unstar, tag, untag, note, archive, restore }: MarkOptions): RunMarksChange {
  if (star === true && unstar === true) throw new AppError('bad-request', 'Choose one of --star and --unstar.');
  if (archive === true && restore === true) throw new AppError('bad-request', 'Choose one of --archive and --restore.');
  const read = RunMarksChange.safeParse({
    ...(star === true || unstar === true ? { star: star === true } : {}),
    ...(tag === undefined ? {} : { addTags: tag }),
    ...(untag === undefined ? {} : { removeTags: untag }),
    ...(note === undefined ? {} : { note }),
    ...(archive === true || restore === true ? { archived: archive === true } : {}),
  });
  if (!read.success) throw new AppError('invalid', read.error.issues.map(({ message }) => message).join('; '));
  return read.data;
}
