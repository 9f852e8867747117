import type { Finding } from '@shared/domain/dataset';
import { type SetName, setNames } from '@shared/domain/names';
import type { DatasetProtocol, SetRule } from '@shared/domain/protocol';
import { assignSets } from '../protocols/match';
import type { ListedItem } from './importer';
import type { Layout, Official, OfficialSet } from './layout';
import { grouped } from './layout-findings';

/**
 * The protocols of a dataset: by rules, and by the lists it carries. Where a list and the rules agree on what is here the
 * rules stand for both; where they do not, the list stands and each difference is told.
 */
export function mergeProtocols(
  layout: Layout,
  items: readonly ListedItem[],
  official: Official,
  keyed: ReadonlyMap<string, ListedItem | undefined>,
): { protocols: DatasetProtocol[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const byName = new Map<string, OfficialSet[]>();
  for (const set of official.sets) byName.set(set.protocol, [...(byName.get(set.protocol) ?? []), set]);

  const protocols = layout.protocols.map((rules): DatasetProtocol => {
    const listed = byName.get(rules.name);
    if (!listed) return { ...rules, from: 'rules' };
    byName.delete(rules.name);
    const { sets } = assignSets(items, rules.sets, '');
    const byRule = new Map(items.map((item, index) => [item.path, sets[index] ?? null]));
    const differences: string[] = [];
    const lists: Partial<Record<SetName, SetRule>> = {};
    for (const { set, keys } of listed) {
      const paths = pathsOf(keys, keyed);
      lists[set] = { any: [], paths: [...(lists[set]?.paths ?? []), ...paths] };
    }
    for (const set of setNames) {
      const list = lists[set];
      if (!list?.paths) continue;
      const here = new Set(list.paths);
      for (const path of here)
        if (byRule.get(path) !== set)
          differences.push(`${path} is in its ${set} list, by rule ${byRule.get(path) ?? 'nowhere'}`);
      for (const [path, ruled] of byRule)
        if (ruled === set && !here.has(path)) differences.push(`${path} is ${set} by rule, but not in the list`);
    }
    if (differences.length === 0) return { ...rules, from: 'lists-agree' };
    findings.push(
      ...grouped('list-disagrees', 'warning', differences, `(${layout.title} ${rules.name}); the list stands`).map(
        (finding) => ({ ...finding, path: finding.path?.split(' is ')[0] ?? null }),
      ),
    );
    return {
      ...rules,
      from: 'lists',
      sets: {
        train: lists.train ?? rules.sets.train,
        dev: lists.dev ?? rules.sets.dev,
        test: lists.test ?? rules.sets.test,
      },
    };
  });
  for (const [name, sets] of byName) protocols.push(fromLists(name, sets, keyed));
  return { protocols, findings };
}

/** A protocol that only the dataset's lists know. */
function fromLists(
  name: string,
  listed: readonly OfficialSet[],
  keyed: ReadonlyMap<string, ListedItem | undefined>,
): DatasetProtocol {
  const sets: Record<SetName, SetRule> = { train: { any: [] }, dev: { any: [] }, test: { any: [] } };
  for (const { set, keys } of listed)
    sets[set] = { any: [], paths: [...(sets[set].paths ?? []), ...pathsOf(keys, keyed)] };
  return { name, title: listed[0]?.title ?? name, from: 'lists', sets, carve: null };
}

function pathsOf(keys: OfficialSet['keys'], keyed: ReadonlyMap<string, ListedItem | undefined>): string[] {
  return keys.flatMap(({ key }) => keyed.get(key)?.path ?? []);
}
