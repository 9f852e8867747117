import { z } from '@shared/zod';
import { DatasetId, SetName } from './names';

/** An item that a finding speaks of, as the browser finds it. */
export const Evidence = z.strictObject({ dataset: DatasetId, item: z.string(), path: z.string() });
export type Evidence = z.infer<typeof Evidence>;

/**
 * What two sets share that should be apart: a person, a recording session of a person, a clip (by its frames), a file of the
 * same content, or pictures that look the same.
 */
export const LeakKind = z.enum(['subject', 'session', 'video', 'copy', 'near-duplicate']);
export type LeakKind = z.infer<typeof LeakKind>;

const LeakSide = z.strictObject({ dataset: DatasetId, set: SetName, items: z.int().positive() });

/** Something of one set that is in another one, too. `first` is the set that comes first in train, dev, test. */
export const Leak = z.strictObject({
  kind: LeakKind,
  first: LeakSide,
  second: LeakSide,
  /** Persons, sessions, clips or pairs of files. */
  shared: z.int().positive(),
  /** Some of them by name. */
  names: z.array(z.string()),
  evidence: z.array(Evidence),
});
export type Leak = z.infer<typeof Leak>;

/** Names in a sentence at most. */
const named = 4;

const units: Readonly<Record<LeakKind, readonly [one: string, many: string]>> = {
  subject: ['subject', 'subjects'],
  session: ['session', 'sessions'],
  video: ['clip', 'clips'],
  copy: ['file', 'files'],
  'near-duplicate': ['picture', 'pictures'],
};

/** What leaks from where to where, as a sentence. @param most names that it lists; 0 for what is printed below tables */
export function leakWords({ kind, first, second, shared, names }: Leak, most = named): string {
  const unit = units[kind][shared === 1 ? 0 : 1];
  const listed = names.slice(0, most);
  const list = listed.length === 0 ? '' : `: ${listed.join(', ')}${shared > listed.length ? ', …' : ''}`;
  const [from, to] = [`${first.dataset} ${first.set}`, `${second.dataset} ${second.set}`];
  switch (kind) {
    case 'subject':
    case 'session':
    case 'video':
      return `${shared} ${unit} of ${from} ${shared === 1 ? 'is' : 'are'} in ${to}, too${list}.`;
    case 'copy':
      return `${shared} ${unit} of ${to} ${shared === 1 ? 'is' : 'are'} byte for byte in ${from}, too${list}.`;
    case 'near-duplicate':
      return `${shared} ${unit} of ${to} ${shared === 1 ? 'looks' : 'look'} the same as one of ${from}${list}.`;
  }
}

/** Whether a run that trains on the one set may not be judged on the other. */
export function holdsRun({ first, second }: Leak): boolean {
  return first.set === 'train' && second.set !== 'train';
}
