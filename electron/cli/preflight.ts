import type { LaunchOptions } from '@shared/domain/experiment';
import {
  type PreflightCheck,
  type PreflightEstimate,
  type PreflightNews,
  preflightTitles,
} from '@shared/domain/preflight';
import { runPreflight } from '@workbench/jobs/preflight/run-preflight';
import { bytesText, durationText } from '@workbench/jobs/preflight/words';
import type { Project } from '@workbench/project/project';
import type { Output } from './output';

/** `train --preflight`: tries the launch and tells what it would take. @returns whether the runs may be queued */
export async function preflight(
  project: Project,
  text: string,
  launch: LaunchOptions,
  output: Output,
): Promise<boolean> {
  const checks: PreflightCheck[] = [];
  let end: Extract<PreflightNews, { type: 'end' }> | undefined;
  const asked = { project: project.folder, text, launch };
  const printed: string[] = [];
  for await (const news of runPreflight(asked, new AbortController().signal, (line) => printed.push(line))) {
    if (news.type === 'end') end = news;
    if (news.type !== 'check') continue;
    checks.push(news.check);
    output.note(lineOf(news.check));
  }
  if (!end) throw new Error(`The preflight ended without a word. ${printed.join('')}`);
  const { ok, seconds, estimate } = end;
  output.result({ ok, seconds, checks, estimate }, () =>
    [...(estimate ? estimateLines(estimate) : []), endLine(ok, seconds)].join('\n'),
  );
  return ok;
}

const marks = { ok: 'ok', warning: 'warning', failed: 'FAILED' } as const;

function lineOf({ step, state, message }: PreflightCheck): string {
  return `${preflightTitles[step].padEnd(20)} ${marks[state].padEnd(8)} ${message}`;
}

function estimateLines({ runs, secondsPerRun, seconds, bytes, memoryBytes }: PreflightEstimate): string[] {
  const time =
    runs === 1
      ? durationText(seconds)
      : `${durationText(secondsPerRun)} each at most, ${durationText(seconds)} one after the other`;
  return [
    `${runs} ${runs === 1 ? 'run' : 'runs'}: about ${time}; ${bytesText(bytes)} on disk, ${bytesText(memoryBytes)} of memory`,
  ];
}

function endLine(ok: boolean, seconds: number): string {
  return ok ? `Ready to train (tried in ${durationText(seconds)}).` : 'Not ready: what failed would end the runs.';
}
