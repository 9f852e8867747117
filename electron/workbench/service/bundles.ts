import type { WorkbenchContract } from '@shared/contract/channels';
import type { Implementation } from '@shared/contract/peer';
import { writeBundle } from '@workbench/reports/bundle';
import type { Workbench } from './workbench';

/** `bundles.write`: what is behind a report, for its reviewers. */
export function bundleChannels(workbench: Workbench): Pick<Implementation<WorkbenchContract>, 'bundles.write'> {
  return {
    'bundles.write': async ({ definition, folder }) => {
      workbench.options.grants.check(folder);
      const bundle = await writeBundle(workbench.current().project, definition, folder);
      return { ...bundle, files: [...bundle.files] };
    },
  };
}
