import { z } from '@shared/zod';
import { SlugName } from '@shared/domain/names';
import type { Contract } from '../peer';
import { Nothing } from './references';

/** A preset that the project's people have saved. */
export const UserPreset = z.strictObject({
  name: SlugName,
  /** The shipped preset it stands on; empty when it cannot be read. */
  base: z.string(),
  changes: z.array(z.strictObject({ path: z.string(), to: z.unknown() })),
  problem: z.string().nullable(),
});
export type UserPreset = z.infer<typeof UserPreset>;

/** Presets of the project, beside those that Relief ships. */
export const presetsChannels = {
  'presets.list': { in: Nothing, out: z.array(UserPreset) },
  'presets.read': { in: z.strictObject({ name: SlugName }), out: z.strictObject({ text: z.string() }) },
  /** Saves an experiment's settings; a saved preset of that name is replaced. */
  'presets.save': { in: z.strictObject({ name: SlugName, text: z.string().max(100_000) }), out: Nothing },
  'presets.remove': { in: z.strictObject({ name: SlugName }), out: Nothing },
  /** Makes an experiment with its settings. */
  'presets.use': { in: z.strictObject({ preset: SlugName, experiment: SlugName }), out: Nothing },
} as const satisfies Contract;
