import { describe, expect, it } from 'vitest';
import { AppError } from '@shared/contract/errors';
import { parseQuery } from '@shared/query/parse';
import { nearest } from '@shared/query/suggest';
import { writeQuery } from '@shared/query/write';

const clause = (field: string, comparison: string, ...values: string[]) => ({
  kind: 'clause',
  field,
  comparison,
  values,
});

describe('the query language', () => {
  it('reads clauses, lists, words, brackets and keywords in any case', () => {
    expect(parseQuery('  ')).toBeNull();
    expect(parseQuery('pai=print and subject=12')).toMatchObject({
      kind: 'and',
      parts: [clause('pai', '=', 'print'), clause('subject', '=', '12')],
    });
    expect(parseQuery('set=test domain in (R, "big set", C D) OR NOT yaw >= 20')).toMatchObject({
      kind: 'or',
      parts: [
        { kind: 'and', parts: [clause('set', '=', 'test'), clause('domain', '=', 'R', 'big set', 'C D')] },
        { kind: 'not', part: clause('yaw', '>=', '20') },
      ],
    });
    expect(parseQuery('(a or b) and device ~ "pho ne"')).toMatchObject({
      kind: 'and',
      parts: [
        {
          kind: 'or',
          parts: [
            { kind: 'word', text: 'a' },
            { kind: 'word', text: 'b' },
          ],
        },
        clause('device', '~', 'pho ne'),
      ],
    });
    expect(parseQuery('subject not in (1,2)')).toMatchObject(clause('subject', '!=', '1', '2'));
    expect(parseQuery('live/a-1.jpg')).toMatchObject({ kind: 'word', text: 'live/a-1.jpg' });
    expect(parseQuery('"and"')).toMatchObject({ kind: 'word', text: 'and' });
  });

  it.each([
    ['set=', /value is missing after set=/, 0, 4],
    ['set=test and', /missing at the end/, 12, 12],
    ['=test', /field is missing before "="/, 0, 1],
    ['(set=test', /bracket is not closed/, 0, 1],
    ['set=test)', /closes nothing/, 8, 9],
    ['set in ()', /list is empty/, 7, 9],
    ['name="x', /quotation mark is not closed/, 5, 7],
    ['a or', /missing at the end/, 4, 4],
  ])('says of %j what is wrong, and where', (line, message, from, to) => {
    let caught: unknown;
    try {
      parseQuery(line);
    } catch (error) {
      caught = error;
    }
    if (!(caught instanceof AppError)) throw new Error('no error');
    expect(caught.message).toMatch(message);
    expect(caught.data).toEqual({ from, to });
  });

  it('writes what reads back to the same', () => {
    for (const line of [
      'set=test and domain in (R, C)',
      'not (a or b) and yaw > 20',
      'subject not in (1, 2) or device ~ "big phone"',
      '"two words" and x!=none',
    ]) {
      expect(writeQuery(parseQuery(line))).toBe(line);
    }
  });

  it('knows which name was meant', () => {
    expect(nearest('pia', ['pai', 'path', 'set'])).toBe('pai');
    expect(nearest('sub', ['subject', 'set'])).toBe('subject');
    expect(nearest('colour', ['pai', 'set'])).toBeUndefined();
  });
});
