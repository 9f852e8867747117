import { z } from '@shared/zod';
import { Timestamp } from './names';

/** `project.json`. */
export const ProjectFile = z.strictObject({
  formatVersion: z.literal(1),
  name: z.string().min(1).max(120),
  createdAt: Timestamp,
  relief: z.string(),
});
export type ProjectFile = z.infer<typeof ProjectFile>;

/** `lease.json`: who writes to the project now. */
export const Lease = z.strictObject({
  host: z.string(),
  pid: z.int().positive(),
  processStart: z.string().nullable(),
  role: z.enum(['window', 'command']),
  at: Timestamp,
});
export type Lease = z.infer<typeof Lease>;

/** `queue.json`: the order in which queued jobs start. */
export const Queue = z.strictObject({
  formatVersion: z.literal(1),
  paused: z.boolean(),
  order: z.array(z.string()),
});
export type Queue = z.infer<typeof Queue>;
