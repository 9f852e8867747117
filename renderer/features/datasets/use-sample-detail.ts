import { computed, watch } from 'vue';
import { useClient } from '../../api/client';
import { useLoad } from '../../api/use-load';
import { useProject } from '../../stores/project';
import { useSamples } from '../../stores/samples';

/**
 * The selected sample in full, read again when it or its marks change.
 * @param wanted whether anybody looks
 */
export function useSampleDetail(wanted: () => boolean = () => true) {
  const client = useClient();
  const samples = useSamples();
  const project = useProject();
  const load = useLoad(async (signal) => {
    const reference = samples.selected;
    return reference && wanted() ? { reference, ...(await client['samples.detail'](reference, signal)) } : undefined;
  });
  watch(
    [() => samples.selected, () => project.revision.datasets, wanted],
    () => {
      if (wanted()) void load.reload();
    },
    { immediate: true },
  );
  const sample = computed(() => (samples.selected ? load.data.value : undefined));
  return { load, sample };
}
