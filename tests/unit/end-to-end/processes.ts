import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Beat, JobEvent } from '@shared/domain/job';

/** The process that a job's beat names. */
export function pidOf(jobFolder: string): number | undefined {
  const file = join(jobFolder, 'beat.json');
  return existsSync(file) ? Beat.parse(JSON.parse(readFileSync(file, 'utf8'))).pid : undefined;
}

export function eventsOf(jobFolder: string): JobEvent[] {
  const file = join(jobFolder, 'events.jsonl');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JobEvent.parse(JSON.parse(line)));
}

/** Living processes of a process group: a job is the head of its own, so this is the job and all it started. */
export function processesOfGroup(group: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      const fields = statusOf(name);
      return fields !== undefined && Number(fields.group) === group && fields.state !== 'Z';
    })
    .map(Number);
}

/** State and process group from `/proc/<pid>/stat`; the command's name before them may hold blanks and brackets. */
function statusOf(pid: string): { state: string | undefined; group: string | undefined } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, , group] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state, group };
  } catch {
    return undefined; // It ended in this moment.
  }
}
