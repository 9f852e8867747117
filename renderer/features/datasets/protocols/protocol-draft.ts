import { type SetName, setNames, SlugName } from '@shared/domain/names';
import { type Carve, Protocol, type ProtocolRules } from '@shared/domain/protocol';
import { ruleAsQuery, ruleByQuery } from '@shared/domain/protocol-query';

/** A protocol as a person edits it: a query for each set. */
export interface ProtocolDraft {
  readonly name: string;
  readonly title: string;
  readonly notes: string;
  /** Datasets that the rules are for; empty means all. */
  readonly datasets: readonly string[];
  readonly where: Readonly<Record<SetName, string>>;
  /** Files that a list names, beside the query. */
  readonly paths: Readonly<Partial<Record<SetName, readonly string[]>>>;
  readonly carve: Carve | null;
}

export const defaultCarve: Carve = { share: 0.25, seed: 1 };

/** What a new protocol starts from: the sets that the datasets have. */
export const emptyDraft: ProtocolDraft = {
  name: '',
  title: '',
  notes: '',
  datasets: [],
  where: { train: 'set=train', dev: 'set=dev', test: 'set=test' },
  paths: {},
  carve: null,
};

export function draftOf({ name, title, notes, datasets, sets, carve }: Protocol): ProtocolDraft {
  const paths: Partial<Record<SetName, readonly string[]>> = {};
  for (const set of setNames) {
    const listed = sets[set].paths;
    if (listed) paths[set] = listed;
  }
  const where = { train: ruleAsQuery(sets.train), dev: ruleAsQuery(sets.dev), test: ruleAsQuery(sets.test) };
  return { name, title, notes, datasets, where, paths, carve };
}

export function rulesOf({ datasets, where, paths, carve }: ProtocolDraft): ProtocolRules {
  const rule = (set: SetName) => ruleByQuery(where[set], paths[set]);
  return { datasets: [...datasets], sets: { train: rule('train'), dev: rule('dev'), test: rule('test') }, carve };
}

export function protocolOf(draft: ProtocolDraft): Protocol {
  const { name, title, notes } = draft;
  return Protocol.parse({ formatVersion: 1, name, title: title.trim(), notes: notes.trim(), ...rulesOf(draft) });
}

/** Why a protocol cannot be saved under a name, or null. @param taken names of the project's other protocols */
export function nameProblem(name: string, taken: readonly string[]): string | null {
  if (name === '') return 'Give it a name.';
  const read = SlugName.safeParse(name);
  if (!read.success) return `The name: ${read.error.issues[0]?.message ?? 'not usable'}.`;
  if (name === 'carved-dev') return '"carved-dev" is always there; choose another name.';
  return taken.includes(name) ? `There is a protocol named ${name} already.` : null;
}

/** The first name that nobody has: `P1`, `P1-2`, `P1-3`. */
export function freeProtocolName(wish: string, taken: readonly string[]): string {
  const slug = wish.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '') || 'protocol';
  if (!taken.includes(slug)) return slug;
  let number = 2;
  while (taken.includes(`${slug}-${number}`)) number++;
  return `${slug}-${number}`;
}

/** The command that saves the same. */
export function commandOf({ name, title, datasets, where, carve, paths }: ProtocolDraft, from: string | null): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '\\"')}"`;
  const listed = Object.keys(paths).length > 0 && from !== null;
  return [
    `relief protocol save ${name === '' ? 'NAME' : name}`,
    ...(listed ? [`--from ${from}`] : setNames.map((set) => `--${set} ${quoted(where[set])}`)),
    ...datasets.map((id) => `--dataset ${id}`),
    ...(carve ? [`--carve ${carve.share} --carve-seed ${carve.seed}`] : []),
    ...(title === '' ? [] : [`--title ${quoted(title)}`]),
  ].join(' ');
}
