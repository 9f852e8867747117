// The process that tries a launch before it is queued: the same Node and the same engine as a job's.
import { AsyncQueue } from '@shared/contract/queue';
import { serve } from '@shared/contract/peer';
import { AppError } from '@shared/contract/errors';
import type { LaunchOptions } from '@shared/domain/experiment';
import type { PreflightNews } from '@shared/domain/preflight';
import { openIndex } from '@workbench/project/index-db';
import { openProject } from '@workbench/project/project';
import { planInProject } from '../launch';
import { parentPort } from '../process-port';
import { runChecks } from './checks';
import { preflightContract } from './contract';

serve(
  preflightContract,
  {
    run: async function* ({ project, text, launch }): AsyncGenerator<PreflightNews, void> {
      const news = new AsyncQueue<PreflightNews>();
      let failure: Error | undefined;
      void tryLaunch(project, text, launch, (one) => {
        news.push(one);
      })
        .catch((error: unknown) => {
          failure = error instanceof Error ? error : new Error(String(error));
        })
        .finally(() => {
          news.close();
        });
      yield* news;
      if (failure) throw failure;
    },
  },
  parentPort(),
  {
    onInternalError: (error) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    },
  },
);

// Whoever asked is gone, and nobody else will.
process.on('disconnect', () => {
  process.exit(0);
});

async function tryLaunch(
  folder: string,
  text: string,
  launch: LaunchOptions,
  tell: (news: PreflightNews) => void,
): Promise<void> {
  const project = await openProject(folder, { role: 'job' });
  const index = await openIndex(project);
  try {
    const plan = await planInProject(project, text, launch, index);
    const [problem] = plan.problems;
    if (problem)
      throw new AppError('invalid', `${problem.path === '' ? '' : `${problem.path}: `}${problem.message}`, {
        problems: plan.problems,
      });
    await runChecks(project, text, launch, plan, tell);
  } finally {
    index.close();
  }
}
