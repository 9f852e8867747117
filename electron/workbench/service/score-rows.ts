import type { ScoreFacet, ScoreRows } from '@shared/contract/channels';
import type { ScoreKind, ScoreLevel } from '@shared/domain/scores';
import { rowsByVideo } from '@shared/metrics/aggregate';
import { datasetExists } from '@workbench/datasets/store';
import { type ScoreFile, scoreColumnsOf } from '@workbench/evaluation/score-file';
import { facetTitles, type SampleColumns } from './sample-columns';
import type { OpenProject } from './workbench';

/** Values a facet shows at most; a tag with more (file names, say) is no facet. */
const mostValues = 60;
/** Told by the class of a score already, or the same for a whole set. */
const leftOut = new Set(['set', 'class', 'attackType', 'status', 'excluded', 'tag']);

/** What each score of a file belongs to, at a level: at a video level, the video's first frame. */
export async function scoreRows(
  open: OpenProject,
  dataset: string,
  file: ScoreFile,
  kind: ScoreKind,
  level: ScoreLevel,
): Promise<ScoreRows> {
  const rows =
    level === 'frame'
      ? file.attackTypes.map((_, row) => row)
      : rowsByVideo(scoreColumnsOf(file, kind, level)).map(([first = 0]) => first);
  const pick = (column: readonly string[] | null) => rows.map((row) => column?.[row] ?? '');
  const filenames = pick(file.filenames);
  const samples = (await datasetExists(open.project, dataset)) ? await open.columns.of(dataset) : null;
  const lineOf = new Map(samples?.paths.map((path, line) => [path, line]));
  const items = Int32Array.from(filenames, (name) => lineOf.get(name) ?? -1);
  return {
    filenames,
    videos: pick(file.videos),
    subjects: pick(file.subjects),
    frames: Int32Array.from(rows, (row) => file.frames?.[row] ?? -1),
    items,
    facets: samples ? facetsOf(samples, items) : [],
  };
}

function facetsOf({ facets }: SampleColumns, items: Int32Array): ScoreFacet[] {
  return [...facets].flatMap(([name, { values, codes }]) => {
    if (leftOut.has(name) || values.length === 0 || values.length > mostValues) return [];
    const title = facetTitles.find(([known]) => known === name)?.[1] ?? name;
    return { name, title, values: [...values], codes: items.map((item) => (item < 0 ? -1 : (codes[item] ?? -1))) };
  });
}
