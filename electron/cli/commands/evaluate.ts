import type { Command } from 'commander';
import { AppError } from '@shared/contract/errors';
import type { Evaluation } from '@shared/domain/report';
import { describeLevel, EpochRule, ScoreKind, ScoreLevel, scoreLevelWords } from '@shared/domain/scores';
import type { Rates } from '@shared/domain/rates';
import { describeThresholdPolicy, parseThresholdPolicy } from '@shared/domain/threshold-policy';
import { evaluateFiles } from '@workbench/evaluation/evaluate-files';
import { evaluateRuns } from '@workbench/evaluation/evaluate-report';
import { findJobId } from '@workbench/jobs/job-folder';
import { contextOf } from '../context';
import type { Register } from '../command';
import { textTable } from '../output';

interface EvaluateOptions {
  readonly dev?: string;
  readonly test?: string;
  readonly threshold?: string;
  readonly level: string;
  readonly score: string;
  readonly epoch: string;
}

export const registerEvaluate: Register = (program) => {
  program
    .command('evaluate [runs...]')
    .description('rates of finished runs on each of their targets, or of a pair of score files')
    .option('--dev <file>', 'score file that the threshold is taken from')
    .option('--test <file>', 'score file that is measured')
    .option(
      '--threshold <policy>',
      'files: dev-eer, fixed:X…; runs: source-dev-eer, target-dev-eer, fixed:X, oracle-eer…',
    )
    .option('--level <level>', scoreLevelWords, 'frame')
    .option('--score <kind>', `which score column: ${ScoreKind.options.join(' or ')}`, 'classifier')
    .option('--epoch <rule>', `runs: ${EpochRule.options.join(' or ')}`, 'last')
    .action(async (runs: string[], options: EvaluateOptions, command: Command) => {
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
  if (parts.kind === 'rule' && parts.set === 'dev' && options.dev === undefined)
    throw new AppError('bad-request', `--threshold ${policy} needs --dev FILE.`);
  const answer = await evaluateFiles(
    { dev: options.dev ?? null, test: options.test },
    { policy, level: levelOf(options), score: scoreOf(options) },
  );
  output.result(answer, () =>
    [
      `threshold ${number(answer.threshold.value)} (${describeThresholdPolicy(policy)}, from ${answer.threshold.from})`,
      textTable([
        ['set', ...ratesHead],
        ...(answer.dev ? [['dev', ...ratesRow(answer.dev)]] : []),
        ['test', ...ratesRow(answer.test)],
      ]),
    ].join('\n'),
  );
}

async function evaluateNamed(runs: readonly string[], options: EvaluateOptions, command: Command): Promise<void> {
  const { output, withProject } = contextOf(command);
  const policy = options.threshold ?? 'source-dev-eer';
  parseThresholdPolicy(policy);
  const epoch = EpochRule.safeParse(options.epoch);
  if (!epoch.success) throw new AppError('bad-request', `--epoch ${options.epoch}: use last or best.`);
  const making = { policy, level: levelOf(options), score: scoreOf(options), epoch: epoch.data };
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

function levelOf({ level }: EvaluateOptions): ScoreLevel {
  const parsed = ScoreLevel.safeParse(level);
  if (!parsed.success) throw new AppError('bad-request', `--level ${level}: use ${scoreLevelWords}.`);
  return parsed.data;
}

function scoreOf({ score }: EvaluateOptions): ScoreKind {
  const parsed = ScoreKind.safeParse(score);
  if (!parsed.success) throw new AppError('bad-request', `--score ${score}: use ${ScoreKind.options.join(' or ')}.`);
  return parsed.data;
}

const ratesHead = ['n bona fide', 'n attack', 'APCER %', 'BPCER %', 'ACER %', 'HTER %', 'EER %', 'AUC %'];

function ratesRow({ n, apcer, bpcer, acer, hter, eer, auc }: Rates): string[] {
  const attacks = Object.values(n.attacks).reduce((sum, count) => sum + count, 0);
  return [String(n.bonaFide), String(attacks), ...[apcer.max, bpcer, acer, hter, eer, auc].map(percent)];
}

function evaluationRow({ run, system, source, target, sameDomain, test }: Evaluation): string[] {
  return [run ?? system, source.join('+'), sameDomain ? `${target} (within)` : target, ...ratesRow(test)];
}

function percent(value: number | null): string {
  return value === null ? '–' : (100 * value).toFixed(1);
}

function number(value: number | null): string {
  return value === null ? 'none' : String(Number(value.toPrecision(6)));
}
