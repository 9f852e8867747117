import { applyAssignments } from '@shared/domain/settings';
import { editExperimentText, readRaw } from './yaml-text';

/**
 * An experiment's text with `--set path=value` put into it, comments kept, so that what ran can be read.
 * @param place names the text in messages
 * @throws AppError `invalid` naming the assignment or the line that is wrong
 */
export function withAssignments(text: string, assignments: readonly string[], place: string): string {
  const after = applyAssignments(readRaw(text, place), assignments);
  let changed = text;
  for (const path of new Set(assignments.map((assignment) => assignment.slice(0, assignment.indexOf('='))))) {
    const [section = '', key = ''] = path.split('.');
    const held = after[section];
    if (typeof held === 'object' && held !== null)
      changed = editExperimentText(changed, path, new Map(Object.entries(held)).get(key));
  }
  return changed;
}
