import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { GroupMember, SampleReference } from '@shared/contract/channels';
import { useClient } from '../../api/client';
import { useSamples } from '../../stores/samples';
import { useToasts } from '../../stores/toasts';

const framesPerSecond = 10;

/** Plays the pictures of a group, or of a clip, one after the other, over and over. */
export function usePlaying() {
  const client = useClient();
  const samples = useSamples();
  const toasts = useToasts();
  const cover = shallowRef<SampleReference | null>(null);
  const members = shallowRef<readonly GroupMember[]>([]);
  const at = ref(0);
  let timer: ReturnType<typeof setInterval> | undefined;

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
    cover.value = null;
    members.value = [];
  }
  async function start(reference: SampleReference): Promise<void> {
    stop();
    const answer = await toasts.attempt('The group cannot be played', () =>
      client['samples.members']({
        filter: samples.filter,
        order: samples.order,
        group: samples.group,
        cover: { dataset: reference.dataset, index: reference.index },
      }),
    );
    if (!answer) return;
    if (answer.members.length < 2) {
      toasts.show({
        tone: 'info',
        title: 'There is one picture here',
        text: 'Group by video or subject to play what belongs together.',
      });
      return;
    }
    cover.value = reference;
    members.value = answer.members;
    at.value = 0;
    timer = setInterval(() => {
      at.value = (at.value + 1) % members.value.length;
    }, 1000 / framesPerSecond);
  }
  async function toggle(reference: SampleReference): Promise<void> {
    if (isPlaying(reference)) stop();
    else await start(reference);
  }
  const isPlaying = (reference: SampleReference | undefined) =>
    reference !== undefined && cover.value?.dataset === reference.dataset && cover.value.index === reference.index;
  const current = computed(() => (cover.value ? members.value[at.value] : undefined));

  watch([() => samples.filter, () => samples.group, () => samples.order], stop);
  onScopeDispose(stop);
  return { toggle, stop, isPlaying, current, at, members };
}
