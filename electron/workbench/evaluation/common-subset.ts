import { join } from 'node:path';
import type { ForeignSystem } from '@shared/domain/foreign-scores';
import type { Project } from '@workbench/project/project';
import type { PlacedScores, ScoreSource } from './finished-run';
import { readScoreFile, type ScoreFile, selectRows } from './score-file';

/** The samples of a test set that one imported file has scores for. */
interface Scored {
  /** Null when the file names videos only. */
  readonly files: ReadonlySet<string> | null;
  readonly videos: ReadonlySet<string>;
}

/** The samples that every imported system of a report has, by dataset. */
export type CommonSubset = ReadonlyMap<string, readonly Scored[]>;

/** What the imported files of a report's systems share, for every dataset that one of them was tested on. */
export async function commonSubsetOf(project: Project, systems: readonly ForeignSystem[]): Promise<CommonSubset> {
  const subset = new Map<string, Scored[]>();
  for (const { files } of systems)
    for (const { dataset, set, path, fit } of files) {
      if (set !== 'test') continue;
      const file = await readScoreFile(join(project.folder, path));
      const scored = {
        files: fit.join === 'video' ? null : new Set(file.filenames ?? []),
        videos: new Set((file.videos ?? []).filter((video) => video !== '')),
      };
      subset.set(dataset, [...(subset.get(dataset) ?? []), scored]);
    }
  return subset;
}

/** Scores with test sets narrowed to a common subset; `narrowed` hears how many rows were kept of how many. */
export function onCommonSubset(
  source: ScoreSource,
  subset: CommonSubset,
  narrowed: (dataset: string, samples: number, of: number) => void = () => undefined,
): ScoreSource {
  const read = new Map<string, Promise<PlacedScores | null>>();
  const narrow = async (dataset: string, filters: readonly Scored[]) => {
    const placed = await source.read(dataset, 'test');
    if (!placed) return null;
    const file = selectRows(placed.file, (row) => filters.every((scored) => has(scored, placed.file, row)));
    narrowed(dataset, file.attackTypes.length, placed.file.attackTypes.length);
    return { ...placed, file };
  };
  return {
    targets: source.targets,
    async read(dataset, set) {
      const filters = subset.get(dataset);
      if (set !== 'test' || !filters) return source.read(dataset, set);
      const known = read.get(dataset) ?? narrow(dataset, filters);
      read.set(dataset, known);
      return known;
    },
  };
}

function has({ files, videos }: Scored, { filenames, videos: videosOf }: ScoreFile, row: number): boolean {
  const name = filenames?.[row] ?? '';
  return files !== null && name !== '' ? files.has(name) : videos.has(videosOf?.[row] ?? '');
}
