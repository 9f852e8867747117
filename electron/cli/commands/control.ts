import type { EngineChoice } from '@shared/domain/engine';
import { killJob, resumeJob, retryJob, stopJob } from '@workbench/jobs/control';
import { findJobId } from '@workbench/jobs/job-folder';
import { advanceQueue } from '@workbench/jobs/queue';
import { hasEnded, readSummary } from '@workbench/jobs/summary';
import type { Project } from '@workbench/project/project';
import type { Command } from 'commander';
import { type CommandContext, contextOf } from '../context';
import { engineNames, readEngineChoice } from '../engine-option';
import type { Register } from '../command';
import { followJobs } from '../follow';

/** `stop`, `kill`, `resume` and `retry`. */
export const registerControl: Register = (program, setExitCode) => {
  program
    .command('stop <job>')
    .description('save a checkpoint and stop')
    .action(async (asked: string, _options: unknown, command: Command) => {
      await onJob(command, asked, async (project, id, { output }) => {
        await stopJob(project, id);
        output.note(`Stopping ${id}: saving a checkpoint …`);
        const summary = await untilEnded(project, id);
        output.result({ id, state: summary.state }, `${id} ${summary.state}`);
      });
    });

  program
    .command('kill <job>')
    .description('end at once, without saving')
    .action(async (asked: string, _options: unknown, command: Command) => {
      await onJob(command, asked, async (project, id, { output }) => {
        await killJob(project, id);
        const { state } = await readSummary(project, id);
        output.result({ id, state }, `${id} ${state}`);
      });
    });

  for (const [name, description] of [
    ['resume', 'go on from the last checkpoint'],
    ['retry', 'run again from the start, as a new job'],
  ] as const) {
    const starting = program
      .command(`${name} <job>`)
      .description(description)
      .option('--detach', 'start it and return at once');
    if (name === 'resume')
      starting.option('--engine <name>', `go on with another engine: ${engineNames}`, readEngineChoice);
    starting.action(async (asked: string, options: { detach?: boolean; engine?: EngineChoice }, command: Command) => {
      await onJob(command, asked, async (project, id, { output }) => {
        const started = name === 'retry' ? await retryJob(project, id) : id;
        if (name === 'resume') await resumeJob(project, id, options.engine);
        if (options.detach === true) {
          await advanceQueue(project);
          output.result({ id: started, state: (await readSummary(project, started)).state }, started);
          return;
        }
        const { summaries, exitCode } = await followJobs(project, [started], output);
        setExitCode(exitCode);
        output.result({ id: started, state: summaries[0]?.state }, `${started} ${summaries[0]?.state ?? ''}`);
      });
    });
  }
};

async function onJob(
  command: Command,
  asked: string,
  work: (project: Project, id: string, context: CommandContext) => Promise<void>,
): Promise<void> {
  const context = contextOf(command);
  await context.withProject((project) => work(project, findJobId(project, asked), context));
}

async function untilEnded(project: Project, id: string) {
  for (;;) {
    const summary = await readSummary(project, id);
    if (hasEnded(summary.state)) return summary;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
