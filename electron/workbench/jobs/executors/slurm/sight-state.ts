import type { JobState } from '@shared/domain/job';
import type { SlurmSubmission } from '@shared/domain/slurm';
import type { StoredState } from '../../job-folder';
import type { SlurmSight } from './watch';

/** A shared disk may show the last words of a run a while after Slurm has forgotten it. */
export const goneAfterMs = 10_000;

const waiting: ReadonlySet<string> = new Set(['PENDING', 'REQUEUED', 'REQUEUE_FED', 'REQUEUE_HOLD', 'SPECIAL_EXIT']);
const held: ReadonlySet<string> = new Set(['SUSPENDED', 'STOPPED']);

/** A run that was handed to Slurm, and what is to be seen of it there. */
export interface InSlurm {
  readonly submission: SlurmSubmission;
  readonly sight: SlurmSight;
}

/** What a run's own folder says. */
export interface OwnWord {
  /** The state written last, no end, and when. */
  readonly stored: StoredState;
  readonly at: string | null;
  /** By its beat: `gone` is a process that is known to have ended. */
  readonly seen: 'alive' | 'silent' | 'gone';
}

/**
 * The state of a run that Slurm has and that has not ended by its own folder.
 * @returns null where the folder's word holds as it does for any run
 */
export function stateInSlurm(
  { submission: { id }, sight }: InSlurm,
  { stored, at, seen }: OwnWord,
): { state: JobState; message: string | null } | null {
  switch (sight.kind) {
    case 'listed': {
      const { state, reason, start, node } = sight.task;
      // What the run has said since Slurm was asked is newer.
      if (waiting.has(state) && stored !== 'queued' && at !== null && Date.parse(at) >= sight.at) return null;
      if (waiting.has(state)) return { state: 'queued', message: waitingWords(id, reason, start) };
      if (held.has(state))
        return { state: 'stalled', message: `Slurm has suspended ${id}; it goes on by itself when Slurm lets it.` };
      if (stored === 'queued' && state === 'COMPLETING')
        return { state: 'queued', message: `In Slurm as ${id}: the node is being cleared.` };
      if (stored === 'queued')
        return { state: 'starting', message: `In Slurm as ${id}: starts${node === null ? '' : ` on ${node}`}.` };
      // A process that has ended: Slurm is about to say what becomes of it.
      return seen === 'silent' ? null : { state: stored, message: null };
    }
    case 'absent': {
      const wordAgeMs = at === null ? Infinity : Date.now() - Date.parse(at);
      const isOver = sight.forMs >= goneAfterMs || (stored === 'queued' ? wordAgeMs >= goneAfterMs : seen !== 'alive');
      if (!isOver) return { state: stored, message: `Slurm has ended ${id}.` };
      return stored === 'queued'
        ? { state: 'stopped', message: `Slurm has ended ${id} while it waited.` }
        : { state: 'crashed', message: `Slurm has ended ${id}; the log may tell why.` };
    }
    case 'unknown':
      if (stored === 'queued') return { state: 'queued', message: `In Slurm as ${id}. ${sentence(sight.why)}` };
      if (seen === 'gone') {
        const message = `The process has ended, and what becomes of it is not known. ${sentence(sight.why)}`;
        return { state: 'stalled', message };
      }
      return null;
  }
}

/** Slurm's most frequent reasons in words. */
const reasons: Readonly<Record<string, string>> = {
  Priority: 'others are before it',
  Resources: 'waits for free cores or memory',
  Dependency: 'waits for another job',
  BeginTime: 'starts again in a while',
  JobHeldUser: 'is held',
  JobHeldAdmin: 'is held by an administrator',
  PartitionDown: 'its partition is down',
  PartitionTimeLimit: 'asks for more time than its partition gives',
  JobArrayTaskLimit: 'waits for others of its group',
  QOSMaxJobsPerUserLimit: 'you have as many jobs running as you may',
  AssocMaxJobsLimit: 'the account has as many jobs running as it may',
  ReqNodeNotAvail: 'its nodes are down or reserved',
  Licenses: 'waits for a licence',
};

function waitingWords(id: string, reason: string | null, start: string | null): string {
  const why = reason === null ? '' : `: ${reasons[reason] ?? reason}`;
  const named = reason !== null && reason in reasons ? ` (${reason})` : '';
  const when = start === null ? '' : `, expected ${start.replace('T', ' ').slice(0, 16)}`;
  return `In Slurm as ${id}${why}${named}${when}.`;
}

function sentence(text: string): string {
  const upper = text.slice(0, 1).toUpperCase() + text.slice(1);
  return upper.endsWith('.') ? upper : `${upper}.`;
}
