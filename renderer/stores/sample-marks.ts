import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { SampleReference, SampleTile } from '@shared/contract/channels';
import type { MarkChange } from '@shared/domain/marks';
import { useClient } from '../api/client';
import { countOf } from '../ui/format';
import { useProject } from './project';
import { useSamples } from './samples';
import { useToasts } from './toasts';

/** A sample, or in a grid of groups the group that it begins. */
interface Target extends SampleReference {
  readonly members: number;
}

const keyOf = ({ dataset, index }: SampleReference) => `${dataset}/${index}`;

/** Samples chosen together, and what a person says about them: tags and exclusions, with undo. */
export const useSampleMarks = defineStore('sample-marks', () => {
  const client = useClient();
  const project = useProject();
  const samples = useSamples();
  const toasts = useToasts();
  const chosen = shallowRef<ReadonlyMap<string, Target>>(new Map());
  const anchor = ref<number | null>(null);

  /** What an action is about: the chosen samples, else the selected one. */
  const targets = computed<readonly Target[]>(() => {
    if (chosen.value.size > 0) return [...chosen.value.values()];
    return samples.selected ? [targetOf(samples.selected)] : [];
  });
  /** Samples that an action is about. */
  const count = computed(() => targets.value.reduce((sum, { members }) => sum + members, 0));
  function targetOf(reference: SampleReference): Target {
    const tile = samples.position === null ? undefined : samples.tileAt(samples.position);
    const isShown = tile?.dataset === reference.dataset && tile.index === reference.index;
    return { ...reference, members: isShown ? (tile.members ?? 1) : 1 };
  }
  const asTarget = ({ dataset, index, members }: SampleTile): Target => ({ dataset, index, members: members ?? 1 });
  const isChosen = (tile: SampleReference) => chosen.value.has(keyOf(tile));

  function toggle(tile: SampleTile, place: number): void {
    const next = new Map(chosen.value);
    // The first sample chosen with the key held down joins the one that was selected.
    if (next.size === 0 && samples.selected) next.set(keyOf(samples.selected), targetOf(samples.selected));
    if (!next.delete(keyOf(tile))) next.set(keyOf(tile), asTarget(tile));
    chosen.value = next;
    anchor.value = place;
  }
  /** Everything between the last plain click and here. */
  async function extendTo(place: number): Promise<void> {
    const from = anchor.value ?? samples.position ?? place;
    anchor.value = from;
    const tiles: SampleTile[] = await samples.tilesBetween(from, place);
    chosen.value = new Map(tiles.map((tile) => [keyOf(tile), asTarget(tile)]));
  }
  function forget(): void {
    if (chosen.value.size > 0) chosen.value = new Map();
    anchor.value = null;
  }

  /** Marks the targets, or everything that passes the filter. */
  async function mark(change: MarkChange, what: 'targets' | 'filter' = 'targets'): Promise<void> {
    if (what === 'targets' && targets.value.length === 0) return;
    const done = await toasts.attempt('The samples were not marked', async () =>
      client['samples.mark']({ samples: what === 'filter' ? samples.filter : await membersOf(targets.value), change }),
    );
    if (!done) return;
    await samples.reload();
    toasts.show({
      tone: 'ok',
      title: wordsOf(change, done.items),
      action: { label: 'Undo', run: () => void step('undo') },
    });
  }
  /** In a grid of groups, all samples of each. */
  async function membersOf(covers: readonly Target[]): Promise<SampleReference[]> {
    const { filter, order, group } = samples;
    const found: SampleReference[] = [];
    for (const { dataset, index } of covers) {
      if (group === 'none') {
        found.push({ dataset, index });
        continue;
      }
      const { members } = await client['samples.members']({ filter, order, group, cover: { dataset, index } });
      found.push(...members.map((member) => ({ dataset: member.dataset, index: member.index })));
    }
    return [...new Map(found.map((reference) => [keyOf(reference), reference])).values()];
  }
  async function step(direction: 'undo' | 'redo'): Promise<void> {
    const answer = await toasts.attempt(direction === 'undo' ? 'Nothing was undone' : 'Nothing was redone', () =>
      client['samples.step']({ direction }),
    );
    if (!answer) return;
    const { edit } = answer;
    if (!edit) {
      toasts.show({ tone: 'info', title: direction === 'undo' ? 'Nothing to undo' : 'Nothing to redo' });
      return;
    }
    await samples.reload();
    toasts.show({
      tone: 'ok',
      title: `${direction === 'undo' ? 'Undone' : 'Redone'}: ${wordsOf(edit.change, edit.items)}`,
      action:
        direction === 'undo'
          ? { label: 'Redo', run: () => void step('redo') }
          : { label: 'Undo', run: () => void step('undo') },
    });
  }

  watch([() => samples.filter, () => samples.group, () => project.current?.path], forget);
  return { chosen, targets, count, isChosen, toggle, extendTo, forget, mark, step };
});

function wordsOf(change: MarkChange, items: number): string {
  const many = countOf(items, 'sample');
  switch (change.action) {
    case 'exclude':
      return `${many} excluded: ${change.reason}`;
    case 'include':
      return `${many} kept again`;
    case 'tag':
      return `${many} tagged ${change.tag}`;
    case 'untag':
      return `Tag ${change.tag} taken off ${many}`;
  }
}
