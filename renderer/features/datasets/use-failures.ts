import { watch } from 'vue';
import type { FailureReason } from '@shared/domain/dataset';
import { useClient } from '../../api/client';
import { type Load, useLoad } from '../../api/use-load';
import { useDatasets } from '../../stores/datasets';

/** Photographs of one dataset that gave no sample, for one reason. */
export interface FailureCount {
  readonly dataset: string;
  readonly reason: string;
  readonly count: number;
}

const words: Record<FailureReason, string> = {
  missing: 'File is not there any more',
  'no-permission': 'File may not be read',
  empty: 'File is empty',
  'not-an-image': 'File is no image',
  corrupt: 'Image is damaged',
  unreadable: 'File cannot be read',
  truncated: 'Image ends early',
  'too-large': 'Image is too large',
  'too-small': 'Image is too small',
  'no-face': 'No face found',
  'mesh-rejected': 'Face found, but its mesh was rejected',
  'not-a-video': 'File is no video',
  'no-frame': 'Clip has no such frame',
  'timed-out': 'Clip takes too long to decode',
  'no-decoder': 'FFmpeg is missing',
  'no-depth': 'Has no depth of its own',
};

/** The reason in words; one that this version does not know is shown as it is. */
export function failureWords(reason: string): string {
  return Object.entries(words).find(([known]) => known === reason)?.[1] ?? reason.replaceAll('-', ' ');
}

/** Why photographs gave no sample, counted by dataset and reason. */
export function useFailures(): Load<readonly FailureCount[]> {
  const client = useClient();
  const datasets = useDatasets();
  const load = useLoad(async (signal) => {
    const counts: FailureCount[] = [];
    for (const { dataset, prepared } of datasets.list) {
      if (!prepared || prepared.failures === 0) continue;
      const filter = { datasets: [dataset.id], facets: {}, text: '' };
      const page = await client['samples.query']({ filter, order: 'listed', offset: 0, limit: 0 }, signal);
      const status = page.facets.find(({ name }) => name === 'status')?.values ?? [];
      for (const { value, count } of status)
        if (value !== 'prepared' && count > 0) counts.push({ dataset: dataset.id, reason: value, count });
    }
    return counts;
  });
  watch(
    () => datasets.list,
    () => void load.reload(),
    { immediate: true },
  );
  return load;
}
