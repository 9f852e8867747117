import type { Finding } from '@shared/domain/dataset';
import type { MediaItem } from '@shared/domain/media-item';
import type { SetName } from '@shared/domain/names';

/** A media item before it has a place: its id and its set may still be open. */
export type ListedItem = Omit<MediaItem, 'id' | 'set'> & { readonly set: SetName | null };

/** What an importer read from a source; nothing is written yet. */
export interface Listing {
  /** Folder that item paths are relative to, absolute. */
  readonly root: string;
  readonly items: readonly ListedItem[];
  readonly findings: readonly Finding[];
  /** One subject an image, so that only its largest face counts. */
  readonly oneSubjectPerImage: boolean;
}

/**
 * Reads one kind of source.
 * @param path what the person named: a folder or a file, absolute
 * @throws AppError `invalid` or `not-found` naming file and line, when the source as a whole cannot be used
 */
export type Importer = (path: string) => Promise<Listing>;
