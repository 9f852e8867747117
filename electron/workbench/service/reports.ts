import type { WorkbenchContract } from '@shared/contract/channels';
import type { Implementation } from '@shared/contract/peer';
import { evaluateReport, measureReport } from '@workbench/evaluation/evaluate-report';
import { exportFigures } from '@workbench/reports/report-figures';
import { exportReport, previewReport } from '@workbench/reports/export';
import { exportIsoSheet } from '@workbench/reports/iso-sheet';
import { listReports, removeReport, reportCommand, saveReport } from './report-definitions';
import type { Workbench } from './workbench';

type Channels =
  | 'reports.list'
  | 'reports.save'
  | 'reports.remove'
  | 'reports.evaluate'
  | 'reports.preview'
  | 'reports.export'
  | 'reports.figures'
  | 'reports.isoSheet';

/** `reports.*`: definitions, and the numbers made from them each time anew. */
export function reportChannels(workbench: Workbench): Pick<Implementation<WorkbenchContract>, Channels> {
  const changed = () => {
    workbench.changes.send({ what: 'reports' });
  };
  return {
    'reports.list': () => listReports(workbench.current().project),
    'reports.save': async (definition) => {
      await saveReport(workbench.current().project, definition);
      changed();
      return {};
    },
    'reports.remove': async ({ name }) => {
      await removeReport(workbench.current().project, name);
      changed();
      return {};
    },
    'reports.evaluate': (definition) => evaluateReport(workbench.current().project, definition),
    'reports.preview': async ({ definition, format }) => {
      const data = await evaluateReport(workbench.current().project, definition);
      return { text: await previewReport(data, format), command: reportCommand(definition, [format]) };
    },
    'reports.export': async ({ definition, formats, folder }) => {
      workbench.options.grants.check(folder);
      const data = await evaluateReport(workbench.current().project, definition);
      const files = await exportReport(data, formats, folder);
      return { files: files.map(({ path }) => path) };
    },
    'reports.isoSheet': async ({ definition, folder }) => {
      workbench.options.grants.check(folder);
      const data = await evaluateReport(workbench.current().project, definition);
      return { files: [await exportIsoSheet(data, folder)] };
    },
    'reports.figures': async ({ definition, folder, ...choice }) => {
      workbench.options.grants.check(folder);
      const report = await measureReport(workbench.current().project, definition);
      return { files: await exportFigures(report, choice, folder) };
    },
  };
}
