import { resolve } from 'node:path';
import type { ProjectInfo, WorkbenchContract } from '@shared/contract/channels';
import type { Implementation } from '@shared/contract/peer';
import { createJobs } from '@workbench/jobs/create';
import { sampleJob } from '@workbench/jobs/sample-project';
import { describeWriter } from '@workbench/project/lease';
import { createProject, openProject, type Project } from '@workbench/project/project';
import { recentProjects } from '@workbench/project/recent';
import type { Grants } from './grants';
import type { Workbench } from './workbench';

type Channels =
  | 'project.current'
  | 'project.recent'
  | 'project.create'
  | 'project.createSample'
  | 'project.open'
  | 'project.close'
  | 'project.changes';

/** `project.*`: which project is open. */
export function projectChannels(workbench: Workbench): Pick<Implementation<WorkbenchContract>, Channels> {
  const { grants, role } = workbench.options;
  return {
    'project.current': () => Promise.resolve(workbench.present ? infoOf(workbench.present.project) : null),
    'project.recent': () => recentProjects(),
    'project.create': async ({ path, name }) => {
      grants.check(path);
      const project = await createProject(path, name, role);
      await workbench.take(project);
      return infoOf(project);
    },
    'project.createSample': async ({ path, size }) => {
      grants.check(path);
      const project = await createProject(path, 'Sample project', role);
      await workbench.take(project);
      const [job] = await createJobs(project, [sampleJob(size)]);
      if (job === undefined) throw new Error('a job was created without an id');
      workbench.advance();
      return { project: infoOf(project), job };
    },
    'project.open': async ({ path }) => {
      await checkOpening(grants, path);
      // Opening what is open already must not give the lease away in between.
      if (workbench.present?.project.folder === resolve(path)) return infoOf(workbench.present.project);
      const project = await openProject(path, { role });
      await workbench.take(project);
      return infoOf(project);
    },
    'project.close': async () => {
      await workbench.close();
      return {};
    },
    'project.changes': (_input, signal) => workbench.changes.listen(signal),
  };
}

/** A project that was open before needs no second permission. */
async function checkOpening(grants: Grants, path: string): Promise<void> {
  if ((await recentProjects()).some((recent) => recent.path === path)) return;
  grants.check(path);
}

function infoOf(project: Project): ProjectInfo {
  return {
    name: project.file.name,
    path: project.folder,
    writable: project.writable,
    writer: project.writable || !project.writer ? null : describeWriter(project.writer),
  };
}
