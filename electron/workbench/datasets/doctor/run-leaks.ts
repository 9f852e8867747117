import { existsSync } from 'node:fs';
import type { Leak } from '@shared/domain/leak';
import { holdsRun } from '@shared/domain/leak';
import type { MediaItem } from '@shared/domain/media-item';
import type { SetName } from '@shared/domain/names';
import type { Project } from '@workbench/project/project';
import { readMarks } from '../marks';
import { readDataset, readItems } from '../store';
import { type Copies, findCopies } from './copies';
import { Fingerprints, fingerprintsFile } from './fingerprints';
import { familyOf, findLeaks, type LeakPart } from './leaks';
import { takeFingerprints, type TakeOptions } from './take-fingerprints';

/** What a run trains on and is judged on. */
export interface RunData {
  readonly sources: readonly string[];
  readonly targets: readonly string[];
}

interface Known extends Omit<LeakPart, 'sets'> {
  readonly items: readonly MediaItem[];
  readonly excluded: ReadonlyMap<string, string>;
}

/** How a dataset's items are divided; as its list says unless a protocol divides them. */
export type Divide = (dataset: string, items: readonly MediaItem[]) => readonly (SetName | null)[];

/**
 * Finds what runs over some datasets of a project would leak. What is read and searched for one run serves the next. Copies
 * are found as far as the files have been looked at, which preparation and checks do.
 */
export class LeakFinder {
  private constructor(
    private readonly known: readonly Known[],
    private readonly copies: Copies,
  ) {}

  static async over(
    project: Project,
    datasets: readonly string[],
    itemsOf: (dataset: string) => Promise<readonly MediaItem[]> = (dataset) => readItems(project, dataset),
    signal?: AbortSignal,
  ): Promise<LeakFinder> {
    const known: Known[] = [];
    const prints: Fingerprints[] = [];
    for (const dataset of datasets) {
      const items = await itemsOf(dataset);
      const { excluded } = await readMarks(project, dataset);
      known.push({ dataset, family: familyOf(await readDataset(project, dataset)), items, excluded });
      prints.push(
        await Fingerprints.load(
          project,
          dataset,
          items.map(({ id }) => id),
        ),
      );
    }
    return new LeakFinder(known, await findCopies(prints, { signal }));
  }

  /** What the train sets of a run share with the sets that judge it. */
  leaksOf({ sources, targets }: RunData, divide: Divide = asListed): Leak[] {
    const parts = this.known.map(({ excluded, ...known }): LeakPart => {
      const isSource = sources.includes(known.dataset);
      const isTarget = targets.includes(known.dataset);
      const division = divide(known.dataset, known.items);
      const sets = known.items.map(({ id }, index) => {
        const set = division[index] ?? null;
        const used = set === 'train' ? isSource : set === 'dev' ? isSource || isTarget : isTarget;
        return used && !excluded.has(id) ? set : null;
      });
      return { ...known, sets };
    });
    return findLeaks(parts, this.copies).filter(holdsRun);
  }
}

const asListed: Divide = (_dataset, items) => items.map(({ set }) => set);

/** Looks at the files of datasets that nobody has looked at, so that copies are found. */
export async function ensureFingerprints(
  project: Project,
  datasets: readonly string[],
  options: TakeOptions = {},
): Promise<void> {
  for (const dataset of datasets) {
    const items = await readItems(project, dataset);
    const ids = items.map(({ id }) => id);
    const isKnown =
      existsSync(fingerprintsFile(project, dataset)) && (await Fingerprints.load(project, dataset, ids)).complete;
    if (!isKnown) await takeFingerprints(project, dataset, items, options);
  }
}
