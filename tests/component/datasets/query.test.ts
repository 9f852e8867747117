import { AppError } from '@shared/contract/errors';
import { completionAt } from '@renderer/features/datasets/completion';
import { readQuery, writeQuery } from '@renderer/features/datasets/query';
import { describe, expect, it } from 'vitest';

const facets = new Map([
  ['set', ['train', 'test']],
  ['class', ['bona fide', 'attack']],
  ['attackType', ['print', 'replay/phone']],
]);

describe('the sample query', () => {
  it('writes a filter as one line and reads it back', () => {
    const filter = {
      datasets: ['R', 'C'],
      facets: { set: ['test'], attackType: ['print', 'replay/phone'] },
      text: 'R-14',
    };
    const line = writeQuery(filter);
    expect(line).toBe('set=test and attackType in (print, replay/phone) and domain in (R, C) and R-14');
    expect(readQuery(line, facets)).toEqual(filter);
  });

  it('leaves to the workbench what no facet can show', () => {
    for (const text of [
      'colour=red and beard',
      'set=tset',
      'pai=print and subject=12',
      'not set=test',
      'yaw > 20 or a',
    ])
      expect(readQuery(text, facets)).toEqual({ datasets: [], facets: {}, text });
    expect(readQuery('set=test and yaw > 20', facets)).toEqual({
      datasets: [],
      facets: { set: ['test'] },
      text: 'yaw > 20',
    });
    expect(writeQuery({ datasets: ['R'], facets: {}, text: 'a or b' })).toBe('domain=R and (a or b)');
  });

  it('is empty for an empty line', () => {
    expect(readQuery('  ', facets)).toEqual({ datasets: [], facets: {}, text: '' });
    expect(writeQuery({ datasets: [], facets: { set: [] }, text: '' })).toBe('');
  });

  it('writes values with blanks in quotation marks, which read back', () => {
    const filter = { datasets: [], facets: { class: ['bona fide'] }, text: '' };
    expect(writeQuery(filter)).toBe('class="bona fide"');
    expect(readQuery('class="bona fide"', facets)).toEqual(filter);
    expect(readQuery('class in (bona fide)', facets)).toEqual(filter);
  });

  it('refuses what cannot be read', () => {
    expect(() => readQuery('set=', facets)).toThrow(AppError);
  });
});

describe('completion', () => {
  it.each([
    ['se', { field: null, typed: 'se', at: 0 }],
    ['set=test and pa', { field: null, typed: 'pa', at: 13 }],
    ['set=te', { field: 'set', typed: 'te', at: 4 }],
    ['not (device ~ "pho', { field: 'device', typed: 'pho', at: 14 }],
    ['domain in (R, C', { field: 'domain', typed: 'C', at: 14 }],
    ['set=test and', null],
    ['yaw > 2', null],
    ['', null],
  ])('of %j', (text, expected) => {
    expect(completionAt(text)).toEqual(expected);
  });
});
