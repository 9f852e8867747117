import type { CheckFinding } from '@shared/domain/check';
import type { MediaItem } from '@shared/domain/media-item';
import { type Copies, groupsOf, type Pair } from './copies';
import { counted, finding, some } from './finding';

/** Items of the checked datasets, one dataset after the other. */
export interface Shelf {
  readonly dataset: string;
  readonly item: MediaItem;
}

type ShelfPair = readonly [first: Shelf, second: Shelf];

/**
 * Copies inside a set and labels that contradict each other, as findings. What lies in two different sets is a leak, which is
 * told as such.
 */
export function copyFindings(shelf: readonly Shelf[], copies: Copies): CheckFinding[] {
  const resolve = (pairs: readonly Pair[]) =>
    pairs.flatMap(([a, b]): ShelfPair[] => {
      const [first, second] = [shelf[a], shelf[b]];
      return first && second ? [[first, second]] : [];
    });
  const [same, near] = [resolve(copies.same), resolve(copies.near)];
  // Frames of one clip look alike by nature.
  const nearApart = near.filter(([a, b]) => !isOneClip(a, b));
  return [
    ...conflicts(shelf, copies.same, nearApart),
    ...inside('copies', same.filter(areImages).filter(areLabelledAlike)),
    ...inside('clip-twice', [...same, ...near].filter(areClips)),
    ...inside('near-duplicates', nearApart.filter(areImages).filter(areLabelledAlike)),
    ...across('across-copies', same),
    ...across('across-near-duplicates', near),
  ];
}

const isOneClip = ({ dataset, item }: Shelf, other: Shelf) =>
  dataset === other.dataset && item.videoId !== null && item.videoId === other.item.videoId;
const isOneSet = ([a, b]: ShelfPair) => a.item.set === b.item.set;
const isOneDataset = ([a, b]: ShelfPair) => a.dataset === b.dataset;
const areImages = ([a, b]: ShelfPair) => a.item.kind === 'image' && b.item.kind === 'image';
const areClips = ([a, b]: ShelfPair) => a.item.kind === 'video' && b.item.kind === 'video';
const isAttack = ({ item }: Shelf) => item.attackType !== null;
const areLabelledAlike = ([a, b]: ShelfPair) => isAttack(a) === isAttack(b);
const evidenceOf = (shelves: readonly Shelf[]) =>
  shelves.map(({ dataset, item }) => ({ dataset, item: item.id, path: item.path }));
const namesOf = (pairs: readonly ShelfPair[]) => pairs.map(([a, b]) => `${b.item.path} = ${a.item.path}`);
const itemsOf = (pairs: readonly ShelfPair[]) => [...new Set(pairs.flat())];

/** The same content, or the same look, under both labels. */
function conflicts(shelf: readonly Shelf[], same: readonly Pair[], near: readonly ShelfPair[]): CheckFinding[] {
  // Of three equal files the chain may pass over the one pair that differs, so whole groups are looked at.
  const groups = groupsOf(same, shelf.length)
    .map((group) => group.flatMap((index) => shelf[index] ?? []))
    .filter((group) => group.some(isAttack) && !group.every(isAttack));
  const found: CheckFinding[] = groups.length === 0 ? [] : [conflict(groups.flat(), groups.length)];
  const unlike = near.filter(([a, b]) => isAttack(a) !== isAttack(b));
  const items = itemsOf(unlike);
  if (items.length > 0)
    found.push(
      finding({
        kind: 'label-conflict',
        severity: 'warning',
        datasets: datasetsOf(items),
        key: 'near',
        message: `${counted(unlike.length, 'pair')} of pictures look the same, but one is labelled bona fide and the other an attack: ${some(namesOf(unlike))}.`,
        advice: 'Look at them side by side; one label may be wrong.',
        items: items.length,
        evidence: evidenceOf(items),
      }),
    );
  return found;
}

function conflict(items: readonly Shelf[], files: number): CheckFinding {
  return finding({
    kind: 'label-conflict',
    severity: 'error',
    datasets: datasetsOf(items),
    key: 'same',
    message: `${counted(files, 'file')} ${files === 1 ? 'is' : 'are'} there twice, once labelled bona fide and once an attack: ${some(items.map(({ item }) => item.path))}.`,
    advice: 'One label is wrong: exclude that copy, or correct the list and import it again.',
    items: items.length,
    evidence: evidenceOf(items),
  });
}

const words = {
  copies: {
    severity: 'warning',
    message: (count: number) => `${counted(count, 'picture')} ${count === 1 ? 'is' : 'are'} there twice in a set`,
    advice: 'Exclude the copies: they count twice in training and in every rate.',
  },
  'clip-twice': {
    severity: 'warning',
    message: (count: number) => `${counted(count, 'clip')} ${count === 1 ? 'is' : 'are'} there under two names`,
    advice: 'Exclude one of each: they count twice in training and in every rate.',
  },
  'near-duplicates': {
    severity: 'info',
    message: (count: number) =>
      `${counted(count, 'picture')} ${count === 1 ? 'looks' : 'look'} the same as another one of the set`,
    advice: 'Nothing has to be done; near copies say little more than one, which the effective size of the card tells.',
  },
} as const;

/** Copies within one set of one dataset: one finding a dataset. */
function inside(kind: keyof typeof words, pairs: readonly ShelfPair[]): CheckFinding[] {
  const own = pairs.filter((pair) => isOneDataset(pair) && isOneSet(pair));
  return byDatasets(own).map(({ datasets, pairs: members }) => {
    const items = itemsOf(members);
    return finding({
      kind,
      severity: words[kind].severity,
      datasets,
      message: `${words[kind].message(members.length)}: ${some(namesOf(members))}.`,
      advice: words[kind].advice,
      items: items.length,
      evidence: evidenceOf(items),
    });
  });
}

/** Copies that lie in the same set of two datasets: no leak, but the two are not independent. */
function across(kind: 'across-copies' | 'across-near-duplicates', pairs: readonly ShelfPair[]): CheckFinding[] {
  const own = pairs.filter((pair) => !isOneDataset(pair) && isOneSet(pair));
  return byDatasets(own).map(({ datasets, pairs: members }) => {
    const items = itemsOf(members);
    const count = counted(members.length, 'file');
    return finding({
      kind,
      severity: 'warning',
      datasets,
      message: `${count} of ${datasets[0] ?? ''} ${kind === 'across-copies' ? (members.length === 1 ? 'is' : 'are') : members.length === 1 ? 'looks the same as one' : 'look the same as some'} ${kind === 'across-copies' ? 'in' : 'of'} ${datasets[1] ?? ''}${kind === 'across-copies' ? ', too' : ''}: ${some(namesOf(members))}.`,
      advice: 'The two datasets are not independent: do not report one as unseen by what was trained on the other.',
      items: items.length,
      evidence: evidenceOf(items),
    });
  });
}

const datasetsOf = (items: readonly Shelf[]) => [...new Set(items.map(({ dataset }) => dataset))].sort();

function byDatasets(pairs: readonly ShelfPair[]): { datasets: string[]; pairs: ShelfPair[] }[] {
  const groups = new Map<string, { datasets: string[]; pairs: ShelfPair[] }>();
  for (const pair of pairs) {
    const datasets = datasetsOf(pair);
    const known = groups.get(datasets.join('\n'));
    if (known) known.pairs.push(pair);
    else groups.set(datasets.join('\n'), { datasets, pairs: [pair] });
  }
  return [...groups.values()];
}
