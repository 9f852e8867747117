import type { WorkbenchContract } from '@shared/contract/channels';
import type { Implementation } from '@shared/contract/peer';
import { evaluateReport } from '@workbench/evaluation/evaluate-report';
import { exportReport, renderReport } from '@workbench/reports/export';
import { listReports, removeReport, reportCommand, saveReport } from './report-definitions';
import type { Workbench } from './workbench';

type Channels =
  'reports.list' | 'reports.save' | 'reports.remove' | 'reports.evaluate' | 'reports.preview' | 'reports.export';

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
      const [file] = renderReport(data, format, optionsOf(definition));
      return { text: file?.text ?? '', command: reportCommand(definition, [format]) };
    },
    'reports.export': async ({ definition, formats, folder }) => {
      workbench.options.grants.check(folder);
      const data = await evaluateReport(workbench.current().project, definition);
      const files = await exportReport(data, formats, folder, optionsOf(definition));
      return { files: files.map(({ path }) => path) };
    },
  };
}

/** What a definition says about its tables. */
export function optionsOf({ label }: { label?: string | undefined }): { label?: string } {
  return label === undefined ? {} : { label };
}
