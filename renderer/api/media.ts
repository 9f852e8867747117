import { type InjectionKey, inject } from 'vue';
import type { MediaRequest } from '@shared/contract/channels';

/** Where pictures come from; the media protocol of the window unless said otherwise. */
export const mediaBaseKey: InjectionKey<string> = Symbol('media base');

type Kind = MediaRequest['kind'];

/** Which one of several pictures of a sample: a row of the shards, or a frame of a clip. */
export interface Which {
  readonly row?: number;
  readonly frame?: number;
}

/** Makes addresses of pictures: by dataset and index, never by path. `size` is the longest side in px. */
export function useMediaUrl(): (kind: Kind, dataset: string, index: number, size?: number, which?: Which) => string {
  const base = inject(mediaBaseKey, 'lab-media://');
  return (kind, dataset, index, size = 160, { row, frame } = {}) =>
    `${base}${kind}/${encodeURIComponent(dataset)}/${index}?s=${size}${row === undefined ? '' : `&r=${row}`}${
      frame === undefined ? '' : `&f=${frame}`
    }`;
}
