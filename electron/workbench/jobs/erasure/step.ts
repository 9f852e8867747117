import { relative } from 'node:path';
import type { Dataset } from '@shared/domain/dataset';
import type { ErasurePart } from '@shared/domain/erasure';
import type { MediaItem } from '@shared/domain/media-item';
import type { ProjectIndex } from '@workbench/project/index-db';
import type { Project } from '@workbench/project/project';

/** Whom an erasure is about, with everything that tells it from others. */
export interface Erased {
  readonly project: Project;
  readonly index: ProjectIndex;
  readonly dataset: Dataset;
  readonly subject: string;
  /** The dataset's list with the subject, and without. */
  readonly before: readonly MediaItem[];
  readonly after: readonly MediaItem[];
  /** The subject's items: by id, by path, and by the name of the clip that they are of. */
  readonly gone: readonly MediaItem[];
  readonly ids: ReadonlySet<string>;
  readonly paths: ReadonlySet<string>;
  readonly videos: ReadonlySet<string>;
}

/** One thing that an erasure does: what a person is told before, and the doing. Doing it twice does no harm. */
export interface Step {
  readonly part: ErasurePart;
  readonly run: () => Promise<void>;
}

/** A place as a person reads it. */
export function placeOf(project: Pick<Project, 'folder'>, path: string): string {
  return relative(project.folder, path).replaceAll('\\', '/');
}
