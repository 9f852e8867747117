import { queryError, type Token, tokensOf } from './tokens';

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=' | '~';

/** A query as a tree. `at` and `end` are its place in the line, for messages. */
export type Query =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Query[] }
  | { readonly kind: 'not'; readonly part: Query }
  /** Text that path, subject or tags contain. */
  | { readonly kind: 'word'; readonly text: string }
  /** `field = value`, `field in (a, b)`; several values only with `=` and `!=`. */
  | {
      readonly kind: 'clause';
      readonly field: string;
      readonly comparison: Comparison;
      readonly values: readonly string[];
      readonly at: number;
      readonly end: number;
    };

/**
 * Reads a query: clauses (`set=test`, `attack in (print, replay)`, `yaw > 20`, `device ~ phone`, `not excluded=yes`) and words,
 * joined by `and`, `or`, `not` and brackets; side by side means `and`. Names and keywords in any case; values with spaces in
 * quotation marks.
 * @returns null for an empty line
 * @throws AppError `invalid` with `data: { from, to }`, the part of the line that cannot be read
 */
export function parseQuery(line: string): Query | null {
  if (line.length > longest) throw queryError(`A query has at most ${longest} characters.`, longest, line.length);
  const reader = new Reader(tokensOf(line));
  if (reader.peek.kind === 'end') return null;
  const query = reader.either();
  const rest = reader.peek;
  if (rest.kind === 'close') throw queryError('This bracket closes nothing.', rest.at, rest.at + 1);
  if (rest.kind !== 'end') throw queryError(`"${rest.text}" makes no sense here.`, rest.at, rest.at + rest.text.length);
  return query;
}

/** Brackets and `not` inside one another; nobody writes more, and each takes a piece of the stack. */
const deepest = 100;
/** Characters of a line. */
const longest = 20_000;

class Reader {
  private position = 0;
  private depth = 0;
  constructor(private readonly tokens: readonly Token[]) {}

  get peek(): Token {
    return this.ahead(0);
  }
  private ahead(by: number): Token {
    const token = this.tokens[Math.min(this.position + by, this.tokens.length - 1)];
    if (!token) throw new Error('a query has at least its end');
    return token;
  }
  private take(): Token {
    const token = this.peek;
    this.position++;
    return token;
  }
  private isKeyword(word: string): boolean {
    const { kind, text } = this.peek;
    return kind === 'word' && text.toLowerCase() === word && this.ahead(1).kind !== 'operator';
  }

  either(): Query {
    const parts = [this.all()];
    while (this.isKeyword('or')) {
      this.take();
      parts.push(this.all());
    }
    return joined('or', parts);
  }

  private all(): Query {
    const parts = [this.one()];
    for (;;) {
      if (this.isKeyword('and')) this.take();
      else if (this.isKeyword('or') || ['end', 'close'].includes(this.peek.kind)) break;
      parts.push(this.one());
    }
    return joined('and', parts);
  }

  private one(): Query {
    if (this.isKeyword('not')) {
      const word = this.take();
      return { kind: 'not', part: this.inside(word, () => this.one()) };
    }
    const token = this.take();
    switch (token.kind) {
      case 'open': {
        const inside = this.inside(token, () => this.either());
        const close = this.take();
        if (close.kind !== 'close') throw queryError('A bracket is not closed.', token.at, token.at + 1);
        return inside;
      }
      case 'quoted':
        return { kind: 'word', text: token.text };
      case 'word':
        return this.clauseOrWord(token);
      case 'end':
        throw queryError('Something is missing at the end: a clause like set=test, or a word.', token.at, token.at);
      default:
        throw queryError(
          `A field is missing before "${token.text}": write it as set${token.text}test.`,
          token.at,
          token.at + token.text.length,
        );
    }
  }

  private inside(around: Token, read: () => Query): Query {
    if (++this.depth > deepest)
      throw queryError('Brackets lie too deep in one another.', around.at, around.at + around.text.length);
    const query = read();
    this.depth--;
    return query;
  }

  private clauseOrWord(name: Token): Query {
    const next = this.peek;
    if (next.kind === 'operator') {
      this.take();
      const value = this.value(name, next.text);
      const end = value.at + value.text.length + (value.kind === 'quoted' ? 2 : 0);
      return {
        kind: 'clause',
        field: name.text,
        comparison: comparisonOf(next),
        values: [value.text],
        at: name.at,
        end,
      };
    }
    const negated = this.isKeyword('not') && this.ahead(1).text.toLowerCase() === 'in' && this.ahead(2).kind === 'open';
    if (negated || (this.isKeyword('in') && this.ahead(1).kind === 'open')) {
      if (negated) this.take();
      this.take();
      const { values, end } = this.list();
      return { kind: 'clause', field: name.text, comparison: negated ? '!=' : '=', values, at: name.at, end };
    }
    return { kind: 'word', text: name.text };
  }

  private value(name: Token, operator: string): Token {
    const value = this.take();
    if (value.kind === 'word' || value.kind === 'quoted') return value;
    throw queryError(`A value is missing after ${name.text}${operator}.`, name.at, value.at);
  }

  private list(): { values: string[]; end: number } {
    const open = this.take();
    const values: string[] = [];
    let words: string[] = [];
    for (;;) {
      const token = this.take();
      if (token.kind === 'word' || token.kind === 'quoted') words.push(token.text);
      else if (token.kind === 'comma' || token.kind === 'close') {
        if (words.length > 0) values.push(words.join(' '));
        words = [];
        if (token.kind === 'comma') continue;
        if (values.length === 0) throw queryError('The list is empty: name at least one value.', open.at, token.at + 1);
        return { values, end: token.at + 1 };
      } else if (token.kind === 'end') throw queryError('A bracket is not closed.', open.at, open.at + 1);
      else throw queryError(`"${token.text}" makes no sense in a list.`, token.at, token.at + token.text.length);
    }
  }
}

function comparisonOf({ text }: Token): Comparison {
  switch (text) {
    case '=':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case '~':
      return text;
    default:
      throw new Error(`${text} is no comparison`);
  }
}

function joined(kind: 'and' | 'or', parts: readonly Query[]): Query {
  const [only] = parts;
  return parts.length === 1 && only ? only : { kind, parts };
}
