import type { Command } from 'commander';
import { AppError } from '@shared/contract/errors';
import { AttackGrouping } from '@shared/domain/report';
import { describeLevel, EpochRule, ScoreKind, ScoreLevel, scoreLevelWords } from '@shared/domain/scores';
import { describeThresholdPolicy, parseThresholdPolicy } from '@shared/domain/threshold-policy';
import { metricsPage } from '@shared/metrics/definitions-page';
import { auditFiles, auditSystem } from '@workbench/evaluation/audit-system';
import { honestyOf } from '@workbench/evaluation/epoch-honesty';
import { evaluateFiles, type HowToEvaluate } from '@workbench/evaluation/evaluate-files';
import { evaluateRuns } from '@workbench/evaluation/evaluate-report';
import { findJobId } from '@workbench/jobs/job-folder';
import { contextOf } from '../context';
import type { Register } from '../command';
import { auditText, detailLines, epochsText, evaluationRow, number, ratesHead, ratesRow } from '../evaluate-text';
import { textTable } from '../output';

interface EvaluateOptions {
  readonly dev?: string;
  readonly test?: string;
  readonly threshold?: string;
  readonly level: string;
  readonly score: string;
  readonly epoch: string;
  readonly grouping?: string;
  readonly carve?: true;
  readonly audit?: true;
  readonly target?: string;
  readonly epochs?: true;
  readonly definitions?: true;
}

export const registerEvaluate: Register = (program) => {
  program
    .command('evaluate [runs...]')
    .description('rates of finished runs on each of their targets, or of a pair of score files')
    .option('--dev <file>', 'score file that the threshold is taken from')
    .option('--test <file>', 'score file that is measured')
    .option(
      '--threshold <policy>',
      'files: dev-eer, fixed:X…; runs: source-dev-eer, target-dev-eer, source-dev-apcer:X, fixed:X, oracle-eer…',
    )
    .option('--level <level>', scoreLevelWords, 'frame')
    .option('--score <kind>', `which score column: ${ScoreKind.options.join(' or ')}`, 'classifier')
    .option('--epoch <rule>', `runs: ${EpochRule.options.join(' or ')}`, 'last')
    .option('--grouping <how>', 'what APCER takes for one attack type: type (print/1 and print/2 are two) or family')
    .option('--carve', 'files without --dev: a third of the test subjects stands in for a dev set')
    .option('--audit', 'what every level, threshold policy and published code makes of the same scores')
    .option('--target <dataset>', '--audit of a run: on which target')
    .option('--epochs', 'runs that tested after each epoch: last, best on dev and best on test, with the gap')
    .option('--definitions', 'print what every metric is, and stop')
    .action(async (runs: string[], options: EvaluateOptions, command: Command) => {
      if (options.definitions) {
        contextOf(command).output.result({ page: metricsPage() }, metricsPage());
        return;
      }
      const isFiles = options.test !== undefined || options.dev !== undefined;
      if (isFiles === runs.length > 0)
        throw new AppError('bad-request', 'evaluate: name runs, or a pair of files with --dev and --test.');
      await (isFiles ? evaluatePair(options, command) : evaluateNamed(runs, options, command));
    });
};

async function evaluatePair(options: EvaluateOptions, command: Command): Promise<void> {
  const { output } = contextOf(command);
  if (options.test === undefined) throw new AppError('bad-request', 'evaluate: --test FILE is missing.');
  const policy = options.threshold ?? 'dev-eer';
  const parts = parseThresholdPolicy(policy);
  if (parts.kind === 'rule' && parts.set !== 'dev' && parts.set !== 'test')
    throw new AppError('bad-request', `--threshold ${policy} is for runs; for files use dev-eer, fixed:X, test-eer…`);
  if (parts.kind === 'rule' && parts.set === 'dev' && options.dev === undefined && !options.carve)
    throw new AppError(
      'bad-request',
      `--threshold ${policy} needs --dev FILE (or --carve, which takes a third of the test subjects for it).`,
    );
  if (options.carve && options.dev !== undefined)
    throw new AppError('bad-request', '--carve is for files without --dev.');
  const paths = { dev: options.dev ?? null, test: options.test };
  const how = howOf(options, policy);
  if (options.audit) {
    const audit = await auditFiles(paths, how, { carve: options.carve ?? false });
    output.result({ audit }, () => auditText(audit));
    return;
  }
  const answer = await evaluateFiles(paths, how, { carve: options.carve ?? false });
  output.result(answer, () =>
    [
      `threshold ${number(answer.threshold.value)} (${describeThresholdPolicy(policy)}, from ${answer.threshold.from})`,
      textTable([
        ['set', ...ratesHead],
        ...(answer.dev ? [['dev', ...ratesRow(answer.dev)]] : []),
        ['test', ...ratesRow(answer.test)],
      ]),
      ...detailLines(answer.test),
    ].join('\n'),
  );
}

async function evaluateNamed(runs: readonly string[], options: EvaluateOptions, command: Command): Promise<void> {
  const { output, withProject } = contextOf(command);
  if (options.epochs) {
    const honesty = await withProject((project) =>
      honestyOf(
        project,
        runs.map((run) => findJobId(project, run)),
      ),
    );
    output.result({ epochs: honesty }, () => epochsText(honesty));
    return;
  }
  const policy = options.threshold ?? 'source-dev-eer';
  const parts = parseThresholdPolicy(policy);
  if (parts.kind === 'rule' && parts.set === 'dev')
    throw new AppError(
      'bad-request',
      `--threshold ${policy} is for files; for runs say whose dev set: source-${policy}.`,
    );
  const epoch = EpochRule.safeParse(options.epoch);
  if (!epoch.success) throw new AppError('bad-request', `--epoch ${options.epoch}: use last or best.`);
  const how = howOf(options, policy);
  if (options.audit) {
    await auditRun(runs, how, epoch.data, options.target, command);
    return;
  }
  const making = { ...how, epoch: epoch.data };
  const evaluations = await withProject((project) =>
    evaluateRuns(
      project,
      runs.map((run) => findJobId(project, run)),
      making,
    ),
  );
  output.result({ evaluations }, () =>
    [
      `threshold: ${describeThresholdPolicy(policy)}; ${describeLevel(making.level)}, ${making.score} score, ${making.epoch} epoch`,
      textTable([['run', 'source', 'target', ...ratesHead], ...evaluations.map(evaluationRow)]),
      ...(evaluations.some(({ synthetic }) => synthetic)
        ? ['Synthetic data: these numbers say that software and method behave.']
        : []),
    ].join('\n'),
  );
}

async function auditRun(
  runs: readonly string[],
  how: HowToEvaluate,
  epoch: EpochRule,
  target: string | undefined,
  command: Command,
): Promise<void> {
  const { output, withProject } = contextOf(command);
  const [run] = runs;
  if (run === undefined || runs.length > 1 || target === undefined)
    throw new AppError('bad-request', '--audit takes one run and --target DATASET.');
  const audit = await withProject((project) =>
    auditSystem(project, { ...how, kind: how.score, job: findJobId(project, run), epoch, target }),
  );
  output.result({ audit }, () => auditText(audit));
}

function howOf(options: EvaluateOptions, policy: string): HowToEvaluate {
  const level = ScoreLevel.safeParse(options.level);
  if (!level.success) throw new AppError('bad-request', `--level ${options.level}: use ${scoreLevelWords}.`);
  const score = ScoreKind.safeParse(options.score);
  if (!score.success)
    throw new AppError('bad-request', `--score ${options.score}: use ${ScoreKind.options.join(' or ')}.`);
  const grouping = AttackGrouping.optional().safeParse(options.grouping);
  if (!grouping.success)
    throw new AppError(
      'bad-request',
      `--grouping ${String(options.grouping)}: use ${AttackGrouping.options.join(' or ')}.`,
    );
  return {
    policy,
    level: level.data,
    score: score.data,
    ...(grouping.data === undefined ? {} : { grouping: grouping.data }),
  };
}
