import type { ReportData } from '../domain/report';

type Waiver = NonNullable<ReportData['waivers']>[number];

/** Runs that a note names; more are counted. */
const named = 6;

/** What has to be said under every table that counts a run with a leak. */
export function waiverWords({ runs, reason, leaks }: Waiver): string {
  const more = runs.length - named;
  const which = `${runs.slice(0, named).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const end = /[.!?]$/.test(reason) ? '' : '.';
  return `Leak waived in ${runs.length === 1 ? 'run' : 'runs'} ${which}: ${leaks.join(' ')} Reason given: ${reason}${end}`;
}

/** The notes of those waivers that concern some runs. */
export function waiverNotes(waivers: readonly Waiver[], runs: ReadonlySet<string>): string[] {
  return waivers.filter((waiver) => waiver.runs.some((run) => runs.has(run))).map(waiverWords);
}
