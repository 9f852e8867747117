import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { LaunchOptions } from '@shared/domain/experiment';
import { SyntheticDomain } from '@shared/domain/dataset';
import type { JobSummary } from '@shared/domain/job';
import type { ReportData } from '@shared/domain/report';
import { describeThresholdPolicy } from '@shared/domain/threshold-policy';
import { evaluateReport } from '@workbench/evaluation/evaluate-report';
import { newExperimentText, saveExperiment } from '@workbench/experiments/store';
import { editExperimentText } from '@workbench/experiments/yaml-text';
import { resumeJob } from '@workbench/jobs/control';
import { createJobs } from '@workbench/jobs/create';
import { JobList } from '@workbench/jobs/job-list';
import { launchExperiment, preparedCounts } from '@workbench/jobs/launch';
import { sampleJob } from '@workbench/jobs/sample-project';
import { openIndex, type ProjectIndex } from '@workbench/project/index-db';
import { createProject, openProject, type Project } from '@workbench/project/project';
import { rememberProject } from '@workbench/project/recent';
import { exportReport } from '@workbench/reports/export';
import { newReport, saveReport } from '@workbench/service/report-definitions';
import { contextOf } from '../context';
import type { Register } from '../command';
import { followJobs } from '../follow';
import { type Output, textTable } from '../output';

/** Two source domains, each tested on all four. */
const sources = ['O', 'M'];
const presets = ['pretrain-gan', 'scratch'];
const reportName = 'sample-study';
const launch: LaunchOptions = { seeds: [1], folds: 'as-given' };

export const registerStudy: Register = (program, setExitCode) => {
  const study = program.command('study').description('whole studies in one go');
  study
    .command('sample')
    .description('draw four synthetic domains, train with and without pre-training on two of them, report')
    .action(async (_options: unknown, command: Command) => {
      const { output, projectOption } = contextOf(command);
      const folder = resolve(projectOption ?? 'relief-sample');
      const isNew = !existsSync(join(folder, 'project.json'));
      const project = isNew
        ? await createProject(folder, basename(folder))
        : await openProject(folder, { role: 'command' });
      const index = await openIndex(project);
      try {
        project.assertWritable();
        await rememberProject(project);
        setExitCode(await runStudy(project, index, output));
      } finally {
        index.close();
        await project.close();
      }
    });
};

/** Each step keeps what is there, so a study that was stopped goes on, and one that is complete only reports. */
async function runStudy(project: Project, index: ProjectIndex, output: Output): Promise<number> {
  const started = Date.now();
  output.note(`Sample study in ${project.folder}`);
  const missing = await unprepared(project, index);
  if (missing.length > 0) {
    output.note(`1/3 drawing and preparing the synthetic domains ${missing.join(', ')}`);
    const code = await followAll(project, await prepareJobs(project), output);
    if (code !== 0) return code;
  } else output.note('1/3 the synthetic domains are drawn and prepared');

  const waiting = await trainingJobs(project, index);
  if (waiting.length > 0) {
    output.note(`2/3 training ${waiting.length} runs: ${presets.join(' and ')}, each on ${sources.join(' and on ')}`);
    const code = await followAll(project, waiting, output);
    if (code !== 0) return code;
  } else output.note('2/3 the runs are trained');

  output.note('3/3 evaluating');
  const definition = newReport(
    reportName,
    'Sample study: pseudo-depth pre-training on synthetic domains',
    (await studyRuns(project)).map(({ job }) => job.id),
  );
  await saveReport(project, definition);
  const data = await evaluateReport(project, definition);
  const folder = join(project.folder, 'reports', reportName);
  const files = await exportReport(data, ['html', 'latex', 'markdown', 'csv', 'xlsx', 'json'], folder);
  output.result({ project: project.folder, report: reportName, folder, files, data }, () =>
    [
      '',
      matrixText(data),
      '',
      `Report: ${join(folder, `${reportName}.html`)} (and .tex, .csv, .md, .json beside it)`,
      `Done in ${Math.round((Date.now() - started) / 1000)} s. Synthetic data: these numbers say that software and method behave, not that a detector works.`,
    ].join('\n'),
  );
  return 0;
}

async function unprepared(project: Project, index: ProjectIndex): Promise<string[]> {
  const missing: string[] = [];
  for (const domain of SyntheticDomain.options)
    if (!(await preparedCounts(project, domain, index))) missing.push(domain);
  return missing;
}

/** The preparation that is under way or was cut off, or a new one. */
async function prepareJobs(project: Project): Promise<string[]> {
  const jobs = (await new JobList(project).all()).filter(({ job }) => job.kind === 'prepare');
  return goOn(project, jobs.at(-1)) ?? createJobs(project, [sampleJob('quick')]);
}

/** Training jobs that still have to run: cut-off ones go on, missing ones are made. */
async function trainingJobs(project: Project, index: ProjectIndex): Promise<string[]> {
  const present = await studyRuns(project);
  const ids: string[] = [];
  for (const preset of presets)
    for (const source of sources) {
      const known = present.find(({ job }) => job.preset === preset && job.sources.join() === source)?.summary;
      if (known?.state === 'done') continue;
      ids.push(...(await (goOn(project, known) ?? launchRun(project, index, preset, source))));
    }
  return ids;
}

async function launchRun(project: Project, index: ProjectIndex, preset: string, source: string): Promise<string[]> {
  const text = editExperimentText(newExperimentText(preset, preset, [source]), 'data.sources', [source]);
  if (source === sources[0]) await saveExperiment(project, preset, text);
  return launchExperiment(project, text, launch, index);
}

/** A job that can go on, put back into the queue where it has to be; undefined when a new one is needed. */
function goOn(project: Project, summary: JobSummary | undefined): Promise<string[]> | undefined {
  switch (summary?.state) {
    case 'stopped':
    case 'crashed':
    case 'failed':
      return resumeJob(project, summary.job.id).then(() => [summary.job.id]);
    case 'queued':
    case 'starting':
    case 'running':
    case 'stopping':
    case 'stalled':
      return Promise.resolve([summary.job.id]);
    default:
      return undefined;
  }
}

/** The newest run of each preset and source of the study. */
async function studyRuns(project: Project) {
  const runs = (await new JobList(project).all()).flatMap((summary) =>
    summary.job.kind === 'train' && presets.includes(summary.job.experiment) ? [{ job: summary.job, summary }] : [],
  );
  return runs.filter(
    ({ job }, position) =>
      !runs
        .slice(position + 1)
        .some((later) => later.job.preset === job.preset && later.job.sources.join() === job.sources.join()),
  );
}

async function followAll(project: Project, ids: readonly string[], output: Output): Promise<number> {
  const { summaries, exitCode } = await followJobs(project, ids, output);
  const failed = summaries.find(({ state }) => state === 'failed' || state === 'crashed');
  if (failed) throw new AppError('internal', `${failed.job.id} ${failed.state}: ${failed.message ?? ''}`);
  return exitCode;
}

/** HTER and ACER in every cell, with the policy and n. */
function matrixText(data: ReportData): string {
  const targets = [...new Set(data.matrix.flatMap(({ cells }) => cells.map(({ target }) => target)))];
  const percent = (value: number | undefined) => (value === undefined ? '–' : (100 * value).toFixed(data.decimals));
  const rows = data.matrix.map(({ system, source, cells }) => [
    system,
    source.join('+'),
    ...targets.map((target) => {
      const cell = cells.find((candidate) => candidate.target === target);
      if (!cell) return '';
      const mark = cell.sameDomain ? '*' : '';
      return `${percent(cell.hter?.mean)} / ${percent(cell.acer?.mean)}${mark}`;
    }),
  ]);
  const counts = targets.map((target) => {
    const cell = data.matrix.flatMap(({ cells }) => cells).find((candidate) => candidate.target === target);
    return cell ? `n ${cell.bonaFide}+${cell.attacks}` : '';
  });
  return [
    `HTER / ACER in %, threshold ${describeThresholdPolicy(data.making.policy)}, ${data.making.level} level, ${data.making.epoch} epoch, one seed`,
    textTable([['system', 'trained on', ...targets.map((target) => `test ${target}`)], ...rows, ['', '', ...counts]]),
    '* the same domain, other people · n = bona fide + attacks of the test set',
    ...data.omitted.map(({ run, reason }) => `left out: ${run}: ${reason}`),
  ].join('\n');
}
