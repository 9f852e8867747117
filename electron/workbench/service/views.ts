import { join } from 'node:path';
import { SavedView, type WorkbenchContract } from '@shared/contract/channels';
import type { Implementation } from '@shared/contract/peer';
import { z } from '@shared/zod';
import { readJsonIfPresent, writeJson } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import type { Workbench } from './workbench';

const ViewsFile = z.strictObject({ formatVersion: z.literal(1), views: z.array(SavedView) });
const fileOf = (project: Project) => join(project.folder, 'views.json');

/** `views.*`: saved views of the sample browser, in the project. */
export function viewChannels(
  workbench: Workbench,
): Pick<Implementation<WorkbenchContract>, 'views.list' | 'views.save' | 'views.remove'> {
  const read = async (project: Project) =>
    (await readJsonIfPresent(fileOf(project), ViewsFile, 'list of views'))?.views ?? [];
  const write = async (project: Project, views: readonly SavedView[]) => {
    project.assertWritable();
    await writeJson(fileOf(project), { formatVersion: 1, views });
    return {};
  };
  return {
    'views.list': () => read(workbench.current().project),
    'views.save': async (view) => {
      const { project } = workbench.current();
      const others = (await read(project)).filter(({ name }) => name !== view.name);
      return write(
        project,
        [...others, view].sort((a, b) => a.name.localeCompare(b.name, 'en')),
      );
    },
    'views.remove': async ({ name }) => {
      const { project } = workbench.current();
      return write(
        project,
        (await read(project)).filter((view) => view.name !== name),
      );
    },
  };
}
