import type { Command } from 'commander';
import { join, resolve } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { FigureFormat, FigureKind, FigureWidth, type ReportDefinition, ReportFormat } from '@shared/domain/report';
import type { z } from '@shared/zod';
import { evaluateReport, measureReport } from '@workbench/evaluation/evaluate-report';
import { findJobId, jobIds } from '@workbench/jobs/job-folder';
import type { Project } from '@workbench/project/project';
import { exportFigures } from '@workbench/reports/report-figures';
import { exportReport, previewReport } from '@workbench/reports/export';
import { newReport, readReport, reportNames, saveReport } from '@workbench/service/report-definitions';
import { contextOf } from '../context';
import type { Register } from '../command';
import { addDefinitionOptions, type DefinitionOptions, withDefinitionOptions } from '../report-options';

interface ReportOptions extends DefinitionOptions {
  readonly format: string;
  readonly output?: string;
  readonly save?: string;
}

export const registerReport: Register = (program) => {
  addDefinitionOptions(
    program
      .command('report [names...]')
      .description('write a report of the project, or of the named runs (nothing named: of all finished runs)')
      .option('--format <list>', ReportFormat.options.join(','), ReportFormat.options.join(','))
      .option('-o, --output <dir>', "where to write (default: the project's reports/<name>)")
      .option('--save <name>', 'keep the report, as it is asked for here, under this name'),
  ).action(async (names: string[], options: ReportOptions, command: Command) => {
    const { output, withProject } = contextOf(command);
    const formats = choicesOf('--format', options.format, ReportFormat);
    await withProject(async (project) => {
      const found = await definitionOf(project, names);
      const definition = withDefinitionOptions(
        options.save === undefined ? found : { ...found, name: options.save },
        options,
      );
      if (options.save !== undefined) await saveReport(project, definition);
      const data = await evaluateReport(project, definition);
      const folder = resolve(options.output ?? join(project.folder, 'reports', definition.name));
      const files = await exportReport(data, formats, folder);
      const text = await previewReport(data, 'markdown');
      output.result({ report: definition.name, folder, files, data }, () =>
        [text, ...files.map(({ path }) => `wrote ${path}`)].join('\n'),
      );
    });
  });
};

interface FigureOptions extends DefinitionOptions {
  readonly kinds: string;
  readonly format: string;
  readonly width: string;
  readonly output: string;
}

export const registerFigures: Register = (program) => {
  addDefinitionOptions(
    program
      .command('figures [names...]')
      .description("draw a report's curves, scores and matrices for print, letters in 8 pt whatever the width")
      .option('--kinds <list>', FigureKind.options.join(','), FigureKind.options.join(','))
      .option('--format <list>', FigureFormat.options.join(','), 'pdf')
      .option('--width <mm>', 'printed width in millimetres: 84 is one column, 174 two', '84')
      .requiredOption('-o, --output <dir>', 'where to write'),
  ).action(async (names: string[], options: FigureOptions, command: Command) => {
    const { output, withProject } = contextOf(command);
    const formats = choicesOf('--format', options.format, FigureFormat);
    const kinds = choicesOf('--kinds', options.kinds, FigureKind);
    const width = FigureWidth.safeParse(Number(options.width));
    if (!width.success) throw new AppError('bad-request', `--width ${options.width}: give 60 to 420 millimetres.`);
    await withProject(async (project) => {
      const definition = withDefinitionOptions(await definitionOf(project, names), options);
      const report = await measureReport(project, definition);
      const folder = resolve(options.output);
      const files = await exportFigures(report, { kinds, formats, widthMillimetres: width.data }, folder);
      output.result({ report: definition.name, files }, () => files.map((path) => `wrote ${path}`).join('\n'));
    });
  });
};

function choicesOf<T extends string>(
  option: string,
  list: string,
  known: z.ZodType<T> & { readonly options: readonly T[] },
): T[] {
  return list.split(',').map((name) => {
    const choice = known.safeParse(name.trim());
    if (!choice.success) throw new AppError('bad-request', `${option} ${name}: use ${known.options.join(', ')}.`);
    return choice.data;
  });
}

/** A saved report by its name; runs by their ids; everything when nothing is named. */
export async function definitionOf(project: Project, names: readonly string[]): Promise<ReportDefinition> {
  const [first] = names;
  if (first === undefined) return newReport('all-runs', project.file.name);
  if (names.length === 1 && reportNames(project).includes(first)) return readReport(project, first);
  if (names.length === 1 && !/^\d+/.test(first)) return readReport(project, first);
  const runs = names.map((name) => findJobId(project, name));
  const all = jobIds(project).filter((id) => runs.includes(id));
  return newReport(
    `runs-${runs.map((run) => String(parseInt(run, 10))).join('-')}`.slice(0, 64),
    project.file.name,
    all,
  );
}
