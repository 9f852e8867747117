import type { Command } from 'commander';
import { join, resolve } from 'node:path';
import { evaluateReport } from '@workbench/evaluation/evaluate-report';
import { exportIsoSheet } from '@workbench/reports/iso-sheet';
import { contextOf } from '../context';
import type { Register } from '../command';
import { addDefinitionOptions, type DefinitionOptions, withDefinitionOptions } from '../report-options';
import { definitionOf } from './report';

interface IsoOptions extends DefinitionOptions {
  readonly output?: string;
}

export const registerIso: Register = (program) => {
  addDefinitionOptions(
    program
      .command('iso [names...]')
      .description(
        'ISO/IEC 30107-3 style sheets of a report: n of each attack type, APCER, BPCER, BPCER at fixed APCER',
      )
      .option('-o, --output <dir>', "where to write (default: the project's reports/<name>)"),
  ).action(async (names: string[], options: IsoOptions, command: Command) => {
    const { output, withProject } = contextOf(command);
    await withProject(async (project) => {
      const definition = withDefinitionOptions(await definitionOf(project, names), options);
      const data = await evaluateReport(project, definition);
      const path = await exportIsoSheet(
        data,
        resolve(options.output ?? join(project.folder, 'reports', definition.name)),
      );
      output.result({ report: definition.name, path, sheets: data.evaluations.length }, () => `wrote ${path}`);
    });
  });
};
