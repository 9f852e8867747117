import { z } from '@shared/zod';
import { Leak } from '@shared/domain/leak';
import { DatasetId, SlugName } from '@shared/domain/names';
import { DatasetProtocol, DividedDataset, Protocol, ProtocolRules, RuleMistake } from '@shared/domain/protocol';
import type { Contract } from '../peer';
import { Nothing, SampleReference } from './references';

/** A protocol that an experiment can name. */
export const KnownProtocol = z.strictObject({
  name: SlugName,
  title: z.string(),
  /** Who made it: a person in this project, a dataset's importer, or Relief itself. */
  origin: z.enum(['project', 'dataset', 'built-in']),
  /** Datasets that its rules are for; empty means all. */
  datasets: z.array(DatasetId),
  /** Of a dataset's protocol: whether its own lists or the published rules stand behind it. */
  from: DatasetProtocol.shape.from.nullable(),
  carves: z.boolean(),
  /** Why its file cannot be read. */
  problem: z.string().nullable(),
});
export type KnownProtocol = z.infer<typeof KnownProtocol>;

/** How protocols divide the project's datasets. */
export const protocolsChannels = {
  'protocols.list': { in: Nothing, out: z.array(KnownProtocol) },
  'protocols.read': { in: z.strictObject({ name: SlugName }), out: Protocol },
  /** What rules make of the project's datasets; mistakes in place of counts where a query cannot be read. */
  'protocols.divide': {
    in: ProtocolRules,
    out: z.strictObject({ datasets: z.array(DividedDataset), mistakes: z.array(RuleMistake) }),
  },
  /** What a run over these datasets would leak under the rules; all datasets that the rules are for unless named. */
  'protocols.leaks': {
    in: z.strictObject({ rules: ProtocolRules, sources: z.array(DatasetId), targets: z.array(DatasetId) }),
    /** Each with some of the samples that both sides have. */
    out: z.strictObject({ leaks: z.array(z.strictObject({ leak: Leak, samples: z.array(SampleReference) })) }),
  },
  /** Fields that rules may name, and the values of one that contain a text. */
  'protocols.values': {
    in: z.strictObject({
      datasets: z.array(DatasetId),
      field: z.string(),
      contains: z.string(),
      limit: z.int().min(1).max(50),
    }),
    out: z.strictObject({ fields: z.array(z.string()), values: z.array(z.string()) }),
  },
  'protocols.save': { in: z.strictObject({ protocol: Protocol, replace: z.boolean() }), out: Nothing },
  'protocols.remove': { in: z.strictObject({ name: SlugName }), out: Nothing },
} as const satisfies Contract;
