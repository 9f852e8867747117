import type { MediaItem } from '@shared/domain/media-item';
import type { SetName } from '@shared/domain/names';

/** What rules look at. */
export type Described = Pick<
  MediaItem,
  'path' | 'kind' | 'subject' | 'session' | 'device' | 'videoId' | 'frame' | 'attackType' | 'tags'
> & { readonly set: SetName | null };

/** The value of an item's field, or null where it has none. */
export function fieldOf(item: Described, dataset: string, field: string): string | null {
  switch (field) {
    case 'dataset':
      return dataset;
    case 'set':
      return item.set;
    case 'class':
      return item.attackType === null ? 'bona fide' : 'attack';
    case 'attackType':
      return item.attackType;
    case 'subject':
      return item.subject;
    case 'session':
      return item.session;
    case 'device':
      return item.device;
    case 'video':
      return item.videoId ?? (item.kind === 'video' ? item.path : null);
    case 'frame':
      return item.frame === null ? null : String(item.frame);
    default:
      return item.tags[field] ?? null;
  }
}
