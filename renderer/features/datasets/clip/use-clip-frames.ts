import { computed, type Ref, ref, watch } from 'vue';
import { useClient } from '../../../api/client';
import { useLoad } from '../../../api/use-load';
import { formatCount } from '../../../ui';
import type { useSampleDetail } from '../use-sample-detail';

type Sample = ReturnType<typeof useSampleDetail>['sample'];

/** A clip is gone through by its own frames, whether they are prepared or not. */
export function useClipFrames(
  sample: Sample,
  open: Readonly<Ref<boolean>>,
  /** The prepared frame that is shown; where one is, the clip starts there. */
  prepared: Readonly<Ref<{ readonly frame?: number | null | undefined } | undefined>>,
) {
  const client = useClient();
  const isClip = computed(() => sample.value?.item.kind === 'video');
  const clip = useLoad(async (signal) => {
    if (!open.value || !isClip.value || !sample.value) return undefined;
    const { reference } = sample.value;
    return { reference, facts: await client['media.clip'](reference, signal) };
  });
  watch([sample, open], () => void clip.reload());
  const facts = computed(() => {
    const data = clip.data.value;
    const isShown =
      data?.reference.index === sample.value?.reference.index &&
      data?.reference.dataset === sample.value?.reference.dataset;
    return isShown ? (data?.facts ?? null) : null;
  });
  const frame = ref(0);
  watch([facts, prepared], ([now]) => {
    if (now) frame.value = Math.min(now.frames - 1, prepared.value?.frame ?? Math.floor(now.frames / 2));
  });
  const frameWords = computed(() => {
    if (!facts.value) return '';
    const { frames, framesPerSecond } = facts.value;
    const seconds = framesPerSecond === null ? '' : `, ${(frame.value / framesPerSecond).toFixed(2)} s`;
    return `frame ${formatCount(frame.value)} of ${formatCount(frames)}${seconds}`;
  });
  function stepFrame(by: number): void {
    if (facts.value) frame.value = Math.min(facts.value.frames - 1, Math.max(0, frame.value + by));
  }
  return { clip, isClip, facts, frame, frameWords, stepFrame };
}
