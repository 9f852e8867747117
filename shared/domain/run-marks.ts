import { z } from '@shared/zod';

/** A word or a few, by which runs are found again. */
export const RunTag = z
  .string()
  .trim()
  .min(1, 'a tag has at least one letter')
  .max(40)
  .regex(/^[^,\n]*$/, 'a tag has no comma');

/** `marks.json` of a job: what a person has noted on it. Absent while there is nothing. */
export const RunMarks = z.strictObject({
  formatVersion: z.literal(1),
  star: z.boolean(),
  tags: z.array(RunTag).max(20),
  note: z.string().max(4000),
  /** Left out of lists, and of reports that take every finished run; its files stay where they are. */
  archived: z.boolean(),
});
export type RunMarks = z.infer<typeof RunMarks>;

export const noMarks: RunMarks = { formatVersion: 1, star: false, tags: [], note: '', archived: false };

/** What is to be different afterwards; whatever is not named stays. */
export const RunMarksChange = z.strictObject({
  star: z.boolean().optional(),
  addTags: z.array(RunTag).max(20).optional(),
  removeTags: z.array(z.string()).max(20).optional(),
  note: z.string().trim().max(4000).optional(),
  archived: z.boolean().optional(),
});
export type RunMarksChange = z.infer<typeof RunMarksChange>;

/** The marks after a change; tags stay in the order in which they were given. */
export function changedMarks(marks: RunMarks, change: RunMarksChange): RunMarks {
  const { star, addTags = [], removeTags = [], note, archived } = change;
  const kept = marks.tags.filter((tag) => !removeTags.includes(tag));
  return {
    formatVersion: 1,
    star: star ?? marks.star,
    tags: [...new Set([...kept, ...addTags])],
    note: note ?? marks.note,
    archived: archived ?? marks.archived,
  };
}
