import { z } from '@shared/zod';
import type { Contract } from '../peer';
import { Nothing } from './references';
import { Grouping, SampleFilter } from './samples';

/** What the sample browser shows, under a name; `views.json` of the project holds them all. */
export const SavedView = z.strictObject({
  name: z.string().trim().min(1).max(60),
  filter: SampleFilter,
  order: z.enum(['listed', 'shuffled']),
  group: Grouping,
});
export type SavedView = z.infer<typeof SavedView>;

/** Saved views of the sample browser. */
export const viewsChannels = {
  'views.list': { in: Nothing, out: z.array(SavedView) },
  /** Replaces the view of the same name. */
  'views.save': { in: SavedView, out: Nothing },
  'views.remove': { in: z.strictObject({ name: z.string() }), out: Nothing },
} as const satisfies Contract;
