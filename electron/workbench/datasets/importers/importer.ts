import type { ExpectedCount, Finding } from '@shared/domain/dataset';
import type { Box, MediaItem } from '@shared/domain/media-item';
import type { SetName } from '@shared/domain/names';
import type { DatasetProtocol } from '@shared/domain/protocol';

/** A media item before it has a place: its id and its set may still be open. */
export type ListedItem = Omit<MediaItem, 'id' | 'set'> & { readonly set: SetName | null };

/** A face box that lies in a file of its own beside its picture. */
export interface BoxFile {
  /** Relative to the listing's root. */
  readonly path: string;
  /** @returns the box in pixels of the picture, or why there is none */
  readonly read: (text: string, size: { readonly width: number; readonly height: number }) => Box | string;
}

/** What an importer read from a source; nothing is written yet. */
export interface Listing {
  /** Folder that item paths are relative to, absolute. */
  readonly root: string;
  readonly items: readonly ListedItem[];
  readonly findings: readonly Finding[];
  /** One subject an image, so that only its largest face counts. */
  readonly oneSubjectPerImage: boolean;
  /** Protocols that the dataset is used with. */
  readonly protocols?: readonly DatasetProtocol[];
  readonly expected?: readonly ExpectedCount[];
  /** What the source's labels mean, in words. */
  readonly polarity?: string;
  /** The file that holds a picture's face box. */
  readonly boxFileOf?: (item: ListedItem) => BoxFile | null;
}

/** A list file's columns: which one holds what. */
export interface ColumnChoice {
  readonly path?: string | undefined;
  readonly label?: { readonly column: string; readonly bonaFide: readonly string[] } | undefined;
  readonly attackType?: string | undefined;
  readonly subject?: string | undefined;
  readonly session?: string | undefined;
  readonly device?: string | undefined;
  readonly set?: string | undefined;
  readonly video?: string | undefined;
  readonly frame?: string | undefined;
}

export interface ImportOptions {
  /** Folder that a list's paths are relative to, absolute; the list's own folder unless given. */
  readonly root?: string | undefined;
  readonly columns?: ColumnChoice | undefined;
}

/**
 * Reads one kind of source.
 * @param path what the person named: a folder or a file, absolute
 * @throws AppError `invalid` or `not-found` naming file and line, when the source as a whole cannot be used
 */
export type Importer = (path: string, options: ImportOptions) => Promise<Listing>;
