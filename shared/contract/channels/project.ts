import { z } from '@shared/zod';
import { JobId } from '@shared/domain/names';
import { SampleSize } from '@shared/domain/sample';
import type { Contract } from '../peer';
import { Nothing } from './references';

export const ProjectInfo = z.strictObject({
  name: z.string(),
  path: z.string(),
  /** False when another window or command holds the lease: everything can be looked at, nothing changed. */
  writable: z.boolean(),
  /** Who holds it then. */
  writer: z.string().nullable(),
});
export type ProjectInfo = z.infer<typeof ProjectInfo>;

export const RecentProject = z.strictObject({
  name: z.string(),
  path: z.string(),
  openedAt: z.string(),
  runs: z.int().nonnegative(),
  /** The folder is no longer there. */
  missing: z.boolean(),
});
export type RecentProject = z.infer<typeof RecentProject>;

export const SystemInfo = z.strictObject({
  version: z.string(),
  cores: z.int().positive(),
  memoryBytes: z.number(),
  freeDiskBytes: z.number().nullable(),
});
export type SystemInfo = z.infer<typeof SystemInfo>;

/** What changed in the open project, as a nudge to read again. */
export const ProjectChange = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal('datasets') }),
  z.strictObject({ what: z.literal('experiments') }),
  z.strictObject({ what: z.literal('protocols') }),
  z.strictObject({ what: z.literal('reports') }),
  z.strictObject({ what: z.literal('queue') }),
  z.strictObject({ what: z.literal('project') }),
]);
export type ProjectChange = z.infer<typeof ProjectChange>;

/** The machine, the open project and what changes in it. */
export const projectChannels = {
  'system.info': { in: Nothing, out: SystemInfo },
  'project.current': { in: Nothing, out: ProjectInfo.nullable() },
  'project.recent': { in: Nothing, out: z.array(RecentProject) },
  'project.create': {
    in: z.strictObject({ path: z.string().min(1), name: z.string().min(1).max(120) }),
    out: ProjectInfo,
  },
  /** Creates a project with the four synthetic domains and queues the job that draws and prepares them. */
  'project.createSample': {
    in: z.strictObject({ path: z.string().min(1), size: SampleSize }),
    out: z.strictObject({ project: ProjectInfo, job: JobId }),
  },
  'project.open': { in: z.strictObject({ path: z.string().min(1) }), out: ProjectInfo },
  'project.close': { in: Nothing, out: Nothing },
  'project.changes': { in: Nothing, item: ProjectChange },
} as const satisfies Contract;
