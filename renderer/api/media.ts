import { type InjectionKey, inject } from 'vue';
import type { MediaRequest } from '@shared/contract/channels';

/** Where pictures come from; the media protocol of the window unless said otherwise. */
export const mediaBaseKey: InjectionKey<string> = Symbol('media base');

type Kind = MediaRequest['kind'];

/** Makes addresses of pictures: by dataset and index, never by path. `size` is the longest side in px. */
export function useMediaUrl(): (kind: Kind, dataset: string, index: number, size?: number) => string {
  const base = inject(mediaBaseKey, 'lab-media://');
  return (kind, dataset, index, size = 160) => `${base}${kind}/${encodeURIComponent(dataset)}/${index}?s=${size}`;
}
