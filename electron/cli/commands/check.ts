import type { Command } from 'commander';
import { AppError } from '@shared/contract/errors';
import { type JudgedCheck, type JudgedFinding, openFindings } from '@shared/domain/check';
import { acknowledgeFinding, readChecks } from '@workbench/datasets/doctor/check-store';
import { checkJob } from '@workbench/jobs/check-job';
import { createJobs } from '@workbench/jobs/create';
import type { Project } from '@workbench/project/project';
import { contextOf } from '../context';
import type { Register } from '../command';
import { followJobs } from '../follow';
import { textTable } from '../output';

interface Options {
  readonly last?: boolean;
  readonly acknowledge?: string;
  readonly takeBack?: string;
  readonly reason?: string;
}

export const registerCheck: Register = (program, setExitCode) => {
  program
    .command('check [dataset...]')
    .description('check datasets: files, copies, leaks, labels, depth targets, shortcuts (all datasets unless named)')
    .option('--last', 'show what the last check found instead')
    .option('--acknowledge <finding>', 'let a finding stand, with --reason')
    .option('--reason <text>', 'why it may stand; kept with the dataset')
    .option('--take-back <finding>', 'no longer let it stand')
    .addHelpText('after', '\nEnds with 1 when there is an error that nobody has acknowledged.')
    .action(async (datasets: string[], options: Options, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject(async (project) => {
        if (options.acknowledge !== undefined || options.takeBack !== undefined) {
          const { dataset, finding, reason } = await acknowledge(project, options);
          output.result({ dataset, finding: finding.id, reason }, () =>
            reason === null
              ? `${dataset}: ${finding.id} counts again.`
              : `${dataset}: ${finding.id} may stand: ${reason}`,
          );
          return;
        }
        const named = datasets.length > 0 ? datasets : undefined;
        if (options.last !== true) {
          const ids = await createJobs(project, [await checkJob(project, datasets)]);
          const { summaries, exitCode } = await followJobs(project, ids, output);
          if (exitCode !== 0) {
            setExitCode(exitCode);
            output.result({ job: ids[0], state: summaries[0]?.state }, '');
            return;
          }
        }
        const checks = await readChecks(project, named);
        const [errors, warnings] = [openFindings(checks, 'error'), openFindings(checks, 'warning')];
        setExitCode(errors > 0 ? 1 : 0);
        output.result({ datasets: checks, errors, warnings }, () => textOf(checks));
      });
    });
};

async function acknowledge(project: Project, { acknowledge: given, takeBack, reason }: Options) {
  if (given !== undefined && takeBack !== undefined)
    throw new AppError('bad-request', 'One at a time: --acknowledge or --take-back.');
  const finding = given ?? takeBack ?? '';
  if (given !== undefined && (reason === undefined || reason.trim() === ''))
    throw new AppError('bad-request', '--acknowledge: say with --reason why the finding may stand.');
  const said = given === undefined ? null : (reason ?? '');
  return { ...(await acknowledgeFinding(project, finding, said)), reason: said };
}

/** Everything about the checked datasets, the findings last, where they are seen. */
function textOf(checks: readonly JudgedCheck[]): string {
  if (checks.length === 0) return 'Nothing has been checked yet.';
  return [
    ...checks.flatMap((check) => [...cardLines(check), '']),
    shortcutTable(checks),
    '',
    ...checks.flatMap(({ dataset, findings }) => findings.flatMap((finding) => findingLines(dataset, finding))),
    total(checks),
  ].join('\n');
}

function cardLines({ dataset, card, stale, checkedAt }: JudgedCheck): string[] {
  const list = (values: Readonly<Record<string, number>>) =>
    Object.entries(values)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || 'none noted';
  const { bonaFide, attack } = card.size;
  const size = (name: string, { items, distinct, subjects, effective }: typeof bonaFide) =>
    `${items} ${name} (${distinct} distinct, ${subjects} people, worth ${effective === null ? 'unknown' : `about ${Math.round(effective)} independent ones`})`;
  return [
    `${dataset}: ${card.items} items, ${card.subjects} subjects${stale ? `; changed since the check of ${checkedAt}` : ''}`,
    `  ${size('bona fide', bonaFide)}; ${size('attacks', attack)}`,
    `  attack types: ${list(card.attackTypes)}`,
    `  devices: ${list(card.devices)}; sessions: ${list(card.sessions)}; videos: ${card.videos}`,
    ...(card.release === null ? [] : [`  release: ${card.release}`]),
  ];
}

function shortcutTable(checks: readonly JudgedCheck[]): string {
  const rows = checks.flatMap(({ dataset, shortcuts: { results, subjects } }) =>
    results.map(({ title, auc, interval, bound }) => [
      dataset,
      title,
      auc === null ? '–' : auc.toFixed(3),
      interval === null ? '–' : `${interval[0].toFixed(3)} to ${interval[1].toFixed(3)}`,
      bound === null ? 'floor' : `at most ${bound}`,
      String(subjects),
    ]),
  );
  if (rows.length === 0) return 'Shortcuts: no dataset is prepared.';
  return textTable([['dataset', 'what tells the classes apart', 'AUC', '95 %', 'bound', 'people'], ...rows]);
}

function findingLines(dataset: string, finding: JudgedFinding): string[] {
  const { id, severity, message, advice, acknowledged, datasets } = finding;
  return [
    `${acknowledged ? 'acknowledged' : severity} ${id} ${datasets.length > 1 ? datasets.join(', ') : dataset}: ${message}`,
    acknowledged ? `  may stand: ${acknowledged.reason}` : `  ${advice}`,
  ];
}

function total(checks: readonly JudgedCheck[]): string {
  const count = (severity: 'error' | 'warning' | 'info') => openFindings(checks, severity);
  const all = checks.reduce((sum, { findings }) => sum + findings.filter((one) => one.acknowledged).length, 0);
  const words = (number: number, one: string) => `${number} ${number === 1 ? one : `${one}s`}`;
  return `${words(count('error'), 'error')}, ${words(count('warning'), 'warning')}, ${words(count('info'), 'note')}${all > 0 ? `, ${all} acknowledged` : ''}.`;
}
