import type { ExpectedCount, Finding, LayoutName } from '@shared/domain/dataset';
import type { DepthFile, FrameTrack } from '@shared/domain/media-item';
import type { SetName } from '@shared/domain/names';
import type { DatasetProtocol } from '@shared/domain/protocol';
import type { BoxFile } from './importer';

/** Named groups of a pattern, in lower case where the pattern says so. */
export type Groups = Readonly<Record<string, string>>;

/** What a file's name says. */
export interface NamedFile {
  /** The file's place in the dataset, whatever the file is called on this disk: what lists and grids name. */
  readonly key: string;
  /** How the dataset itself writes the path. */
  readonly canonical: string;
  readonly subject: string | null;
  readonly session?: string | null;
  readonly device?: string | null;
  /** null = bona fide. */
  readonly attackType: string | null;
  /** Only a list tells what it shows; without one it is left out. */
  readonly needsLabel?: boolean;
  /** null where only a list could tell. */
  readonly set: SetName | null;
  readonly videoId?: string | null;
  readonly frame?: number | null;
  readonly tags?: Readonly<Record<string, string>>;
}

/** One way in which the dataset names its files. */
export interface FilePattern {
  /** Over the path from the dataset's own folder on, tried without case; anchored at both ends by the reader. */
  readonly match: RegExp;
  /** Null when the name only looks like one. */
  readonly read: (groups: Groups) => NamedFile | null;
}

/** A line of an official list. */
export interface ListedKey {
  readonly key: string;
  /** How the list writes it. */
  readonly name: string;
  readonly subject: string | null;
  /** null where the list does not say. */
  readonly bonaFide: boolean | null;
  /** Attack type where the list knows it better than the name does. */
  readonly attackType?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** One set of one protocol in an official list. */
export interface OfficialSet {
  readonly protocol: string;
  readonly title?: string;
  readonly set: SetName;
  readonly keys: readonly ListedKey[];
}

/** What the lists that a dataset carries say. */
export interface Official {
  readonly sets: readonly OfficialSet[];
  /** The set of each key, where the lists decide the dataset's own sets. */
  readonly ownSets?: ReadonlyMap<string, SetName>;
  /** Sets of subjects, where lists decide by subject. */
  readonly subjectSets?: ReadonlyMap<string, SetName>;
  /** Labels by key, where lists decide them. */
  readonly labels?: ReadonlyMap<string, ListedKey>;
  /** Whether what the lists name must be there (by name); off for lists that say more than was handed out. */
  readonly complete: boolean;
  readonly findings: readonly Finding[];
}

/** A list's text. */
export interface ListText {
  /** Relative to the root. */
  readonly path: string;
  /** From the dataset's own folder on, lower case. */
  readonly tail: string;
  readonly text: string;
}

/** A place that must be filled for a subject that is there. */
export interface Slot {
  readonly key: string;
  readonly path: string;
}

/** A dataset by its layout: everything that is particular about it, as data and small pure functions. */
export interface Layout {
  readonly name: LayoutName;
  readonly title: string;
  readonly media: 'image' | 'video';
  /** What its labels mean, in words. */
  readonly polarity: string;
  readonly files: readonly FilePattern[];
  /** Files that belong to it without being samples, over the path from its own folder on. */
  readonly companions: readonly RegExp[];
  /** Samples that are left out on purpose. */
  readonly leftOut?: readonly { readonly match: RegExp; readonly why: string }[];
  /** Official lists: which files, and what they say. */
  readonly lists?: { readonly files: RegExp; readonly read: (texts: readonly ListText[]) => Official };
  /** What each subject that is there should have. */
  readonly slotsOf?: (subject: string, set: SetName | null) => readonly Slot[];
  readonly expected: readonly ExpectedCount[];
  readonly protocols: readonly Omit<DatasetProtocol, 'from'>[];
  /** File of given faces beside a clip; taken when it is there. */
  readonly facesOf?: (canonical: string) => { readonly path: string; readonly format: FrameTrack['format'] } | null;
  /** File of a sample's own depth, by its path; taken when it is there. */
  readonly depthOf?: (path: string) => DepthFile;
  /** File of a picture's given box; taken when it is there. */
  readonly boxOf?: (path: string) => BoxFile;
  /** What a person should know once it is imported. */
  readonly notes: readonly string[];
}
