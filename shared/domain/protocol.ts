import { z } from '@shared/zod';
import { DatasetId, SetName, SlugName } from './names';
import { SetCounts } from './dataset';

/**
 * What an item must be like. `field` is `dataset`, `set` (the set that the dataset itself names), `class` (`bona fide` or
 * `attack`), `attackType`, `subject`, `session`, `device`, `video`, `frame` or a tag. Exactly one of the tests stands.
 * A value may end in `*`. An item without the field fits no `in` and every `notIn`.
 */
export const Condition = z
  .strictObject({
    field: z.string().min(1).max(80),
    in: z.array(z.string()).min(1).optional(),
    notIn: z.array(z.string()).min(1).optional(),
    /** Numbers from … to, both included; an item whose value is no number does not fit. */
    between: z.tuple([z.number(), z.number()]).optional(),
  })
  .refine(({ in: some, notIn, between }) => [some, notIn, between].filter((test) => test !== undefined).length === 1, {
    message: 'a condition has exactly one of "in", "notIn" and "between"',
  });
export type Condition = z.infer<typeof Condition>;

/** Items that fit all conditions. */
export const Clause = z.array(Condition).max(20);
export type Clause = z.infer<typeof Clause>;

/** A set by rule: the items that fit the query or any of the clauses; or by list: these paths. */
export const SetRule = z.strictObject({
  any: z.array(Clause).max(50).default([]),
  /** A query as the sample browser takes it, over what is known of items: `session in (1, 2) and not device=6`. */
  where: z.string().trim().max(4000).optional(),
  paths: z.array(z.string()).optional(),
});
export type SetRule = z.infer<typeof SetRule>;

/** Moves whole subjects from the train set to the dev set where the rules leave a dataset no dev set. */
export const Carve = z.strictObject({
  /** Share of the train set's subjects, drawn by the seed. */
  share: z.number().min(0.05).max(0.5),
  seed: z.int().nonnegative().max(1_000_000),
});
export type Carve = z.infer<typeof Carve>;

const Rules = {
  train: SetRule,
  dev: SetRule,
  test: SetRule,
};

/** Train, dev and test by rules over what is known of each item. Datasets that are not named keep their own sets. */
export const Protocol = z.strictObject({
  formatVersion: z.literal(1),
  name: SlugName,
  title: z.string().max(200).default(''),
  notes: z.string().max(4000).default(''),
  /** Datasets that the rules are for; empty means all. */
  datasets: z.array(DatasetId).default([]),
  sets: z.strictObject(Rules),
  carve: Carve.nullable().default(null),
});
export type Protocol = z.infer<typeof Protocol>;

/** A protocol that comes with a dataset: by the rules of its importer, or by the lists that lay beside its files. */
export const DatasetProtocol = z.strictObject({
  name: SlugName,
  title: z.string(),
  /** `rules` where the dataset carries no list, `lists-agree` where list and rules say the same, `lists` where the list won. */
  from: z.enum(['rules', 'lists-agree', 'lists']),
  sets: z.strictObject(Rules),
  carve: Carve.nullable().default(null),
});
export type DatasetProtocol = z.infer<typeof DatasetProtocol>;

/** Items by set under a protocol. */
export const ProtocolCounts = z.partialRecord(SetName, SetCounts);
export type ProtocolCounts = z.infer<typeof ProtocolCounts>;

/** Keeps every set as the dataset names it, and carves a dev set by subject where there is none. Always there. */
export const carvedDev: Protocol = {
  formatVersion: 1,
  name: 'carved-dev',
  title: 'Own sets, dev carved where missing',
  notes: '',
  datasets: [],
  sets: {
    train: { any: [[{ field: 'set', in: ['train'] }]] },
    dev: { any: [[{ field: 'set', in: ['dev'] }]] },
    test: { any: [[{ field: 'set', in: ['test'] }]] },
  },
  carve: { share: 0.25, seed: 1 },
};

/** A protocol that is being written: what decides the division, without its name. */
export const ProtocolRules = Protocol.pick({ datasets: true, sets: true, carve: true });
export type ProtocolRules = z.infer<typeof ProtocolRules>;

/** What a set holds under a protocol. */
export const SetTally = z.strictObject({
  bonaFide: z.int().nonnegative(),
  attack: z.int().nonnegative(),
  /** People; an item without a subject is one of its own, a clip's frames are one. */
  subjects: z.int().nonnegative(),
  attackTypes: z.record(z.string(), z.int().positive()),
});
export type SetTally = z.infer<typeof SetTally>;

/** A dataset under a protocol. */
export const DividedDataset = z.strictObject({
  dataset: DatasetId,
  /** Whether the rules are for it; otherwise it keeps its own sets. */
  ruled: z.boolean(),
  /** Null where the set's rule takes nothing of it. */
  sets: z.strictObject({ train: SetTally.nullable(), dev: SetTally.nullable(), test: SetTally.nullable() }),
  /** Items that no set takes. */
  left: z.int().nonnegative(),
  /** Items that a person left out of training and evaluation; they are not counted. */
  excluded: z.int().nonnegative(),
  /** Items that two sets' rules take; they stay in the first. */
  twice: z.strictObject({ items: z.int().nonnegative(), paths: z.array(z.string()) }),
  /** Subjects that were moved from train to dev. */
  carved: z.array(z.string()),
});
export type DividedDataset = z.infer<typeof DividedDataset>;

/** Something that is wrong with a set's query, with its place in the line. */
export const RuleMistake = z.strictObject({
  set: SetName,
  message: z.string(),
  from: z.int().nonnegative(),
  to: z.int().nonnegative(),
});
export type RuleMistake = z.infer<typeof RuleMistake>;
