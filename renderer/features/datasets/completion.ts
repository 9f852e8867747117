/** What is being typed at the end of a query: a field's name, or a value behind a field and its operator. */
export interface Completion {
  /** The field whose value is typed; null while the field itself is. */
  readonly field: string | null;
  readonly typed: string;
  /** Where the typed part begins. */
  readonly at: number;
}

/** @param text the line up to the cursor */
export function completionAt(text: string): Completion | null {
  const value = /(?:^|[\s(])([\w-]+)\s*(?:=|!=|~|in\s*\((?:[^()]*,)?)\s*"?([^\s"()=<>~!,]*)$/.exec(text);
  if (value) {
    const [, field = '', typed = ''] = value;
    const quote = text.at(-typed.length - 1) === '"' ? 1 : 0;
    return { field, typed, at: text.length - typed.length - quote };
  }
  const name = /(?:^|[\s(])([A-Za-z][\w-]*)$/.exec(text);
  const typed = name?.[1];
  if (typed === undefined || ['and', 'or', 'not', 'in'].includes(typed.toLowerCase())) return null;
  return { field: null, typed, at: text.length - typed.length };
}
