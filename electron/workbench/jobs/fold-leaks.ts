import { join } from 'node:path';
import type { PlannedFold } from '@shared/contract/channels';
import { Leak } from '@shared/domain/leak';
import type { Protocol } from '@shared/domain/protocol';
import { z } from '@shared/zod';
import { fingerprintsFile } from '@workbench/datasets/doctor/fingerprints';
import { LeakFinder } from '@workbench/datasets/doctor/run-leaks';
import { divideBy } from '@workbench/datasets/protocols/division';
import { rulesHash } from '@workbench/datasets/protocols/job-protocol';
import { marksFile } from '@workbench/datasets/marks';
import { listDatasetIds } from '@workbench/datasets/store';
import { fileSignature, type ProjectIndex } from '@workbench/project/index-db';
import type { Project } from '@workbench/project/project';

/** Changes when leaks are found another way, so that kept answers are made again. */
const version = 1;
const Leaks = z.array(Leak);

/** What each fold of a plan would leak; worked out once for each state of the datasets' files. */
export async function leaksOfFolds(
  project: Project,
  folds: readonly Pick<PlannedFold, 'sources' | 'targets'>[],
  index: ProjectIndex,
  protocol?: Protocol,
): Promise<Leak[][]> {
  const there = await listDatasetIds(project);
  const usable = folds.map(({ sources, targets }) => ({
    sources: sources.filter((id) => there.includes(id)),
    targets: targets.filter((id) => there.includes(id)),
  }));
  const all = [...new Set(usable.flatMap(({ sources, targets }) => [...sources, ...targets]))].sort();
  let finder: Promise<LeakFinder> | undefined;
  const answers: Leak[][] = [];
  for (const fold of usable) {
    const own = [...new Set([...fold.sources, ...fold.targets])].sort();
    const signature = `${version} ${own.map((id) => stateOf(project, id)).join(' ')}`;
    const rules = protocol ? ` by ${rulesHash(protocol)}` : '';
    const key = `leaks ${fold.sources.join()} > ${fold.targets.join()}${rules}`;
    const known = Leaks.safeParse(index.note(key, signature)).data;
    if (known) {
      answers.push(known);
      continue;
    }
    finder ??= LeakFinder.over(project, all, (id) => index.items(id));
    const leaks = (await finder).leaksOf(fold, divideBy(protocol));
    index.putNote(key, signature, leaks);
    answers.push(leaks);
  }
  return answers;
}

function stateOf(project: Project, id: string): string {
  const folder = project.datasetFolder(id);
  return [
    join(folder, 'dataset.json'),
    join(folder, 'items.jsonl'),
    marksFile(project, id),
    fingerprintsFile(project, id),
  ]
    .map(fileSignature)
    .join();
}
