import type { Job, Progress, Provenance } from '@shared/domain/job';
import type { Project } from '@workbench/project/project';
import type { BeatThread } from './beat';
import type { EventWriter } from './event-writer';
import type { JobFolder } from './job-folder';
import type { Wishes } from './wishes';

/** What a kind of job is given to do its work with. */
export interface JobContext<J extends Job = Job> {
  readonly project: Project;
  readonly job: J;
  readonly folder: JobFolder;
  readonly attempt: number;
  readonly events: EventWriter;
  readonly beat: BeatThread;
  readonly wishes: Wishes;
  /** Lines for a person, in `log.txt`. */
  readonly log: (line: string) => void;
  readonly progress: (progress: Progress) => void;
}

/** How a job ended when it did not fail. */
export type Outcome = { readonly state: 'done' } | { readonly state: 'stopped'; readonly message: string };

/** What is known of a run before its engine and data are. */
export type BaseProvenance = Omit<Provenance, 'engine' | 'seed' | 'data' | 'configHash'>;
