import { AppError } from '../contract/errors';

/** A piece of a query with its place in the line. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'operator' | 'open' | 'close' | 'comma' | 'end';
  readonly text: string;
  readonly at: number;
}

const pattern = /\s*(?:"([^"]*)"|(!=|<=|>=|=|<|>|~)|(\()|(\))|(,)|([^\s"()=<>~!,]+|!(?!=)))/y;

/** @throws AppError `invalid` with the place of what cannot be read */
export function tokensOf(line: string): Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  for (let at = 0; line.slice(at).trim() !== ''; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const match = pattern.exec(line);
    if (!match) {
      const place = at + (/^\s*/.exec(line.slice(at))?.[0].length ?? 0);
      throw queryError('A quotation mark is not closed.', place, line.length);
    }
    const [whole, quoted, operator, open, close, comma, word] = match;
    const start = at + whole.length - whole.trimStart().length;
    const token = (kind: Token['kind'], text: string) => tokens.push({ kind, text, at: start });
    if (quoted !== undefined) token('quoted', quoted);
    else if (operator !== undefined) token('operator', operator);
    else if (open !== undefined) token('open', '(');
    else if (close !== undefined) token('close', ')');
    else if (comma !== undefined) token('comma', ',');
    else token('word', word ?? '');
  }
  tokens.push({ kind: 'end', text: '', at: line.length });
  return tokens;
}

/** An error that names the part of the line it is about, from `from` up to `to`. */
export function queryError(message: string, from: number, to: number): AppError {
  return new AppError('invalid', message, { from, to });
}
