/** A line of a job's log, taken apart for showing: clock time, severity, words. */
export interface LogLine {
  readonly time: string;
  readonly severity: 'info' | 'warning' | 'error';
  readonly text: string;
}

const pattern =
  /^(?:\d{4}-\d\d-\d\d[T ])?(\d\d:\d\d:\d\d)(?:\.\d+)?Z?\s+(?:(debug|info|warn|warning|error)\b:?\s*)?(.*)$/i;

/** Reads what the log writer writes; any other line is shown whole. */
export function readLogLine(line: string): LogLine {
  const match = pattern.exec(line);
  const [, time = '', word = '', rest = line] = match ?? [];
  const stated = word.toLowerCase();
  const severity = stated.startsWith('warn') ? 'warning' : stated === 'error' ? 'error' : guess(rest);
  return { time, severity, text: rest };
}

function guess(text: string): LogLine['severity'] {
  if (/^(error|fatal|uncaught)\b/i.test(text)) return 'error';
  return /^warn(ing)?\b/i.test(text) ? 'warning' : 'info';
}

/** Index of the next line after `from` (or before, going back) that `wanted` takes, around the end; -1 for none. */
export function nextLine(
  lines: readonly LogLine[],
  from: number,
  wanted: (line: LogLine) => boolean,
  direction: 1 | -1 = 1,
): number {
  for (let i = 1; i <= lines.length; i++) {
    const index = (from + direction * i + 2 * lines.length) % lines.length;
    const line = lines[index];
    if (line && wanted(line)) return index;
  }
  return -1;
}
