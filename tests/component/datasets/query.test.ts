import { readQuery, writeQuery } from '@renderer/features/datasets/query';
import { describe, expect, it } from 'vitest';

const names = ['set', 'label', 'attackType'];

describe('the sample query', () => {
  it('writes a filter as one line and reads it back', () => {
    const filter = {
      datasets: ['R', 'C'],
      facets: { set: ['test'], attackType: ['print', 'replay/phone'] },
      text: 'R-14',
    };
    const line = writeQuery(filter);
    expect(line).toBe('set=test and attackType in (print, replay/phone) and domain in (R, C) and R-14');
    expect(readQuery(line, names)).toEqual(filter);
  });

  it('searches for words that are no clause, unknown names among them', () => {
    expect(readQuery('colour=red and beard', names)).toEqual({
      datasets: [],
      facets: {},
      text: 'colour=red and beard',
    });
  });

  it('is empty for an empty line', () => {
    expect(readQuery('  ', names)).toEqual({ datasets: [], facets: {}, text: '' });
    expect(writeQuery({ datasets: [], facets: { set: [] }, text: '' })).toBe('');
  });

  it('writes values with blanks as a list, which reads back', () => {
    const filter = { datasets: [], facets: { class: ['bona fide'] }, text: '' };
    expect(writeQuery(filter)).toBe('class in (bona fide)');
    expect(readQuery('class in (bona fide)', ['class'])).toEqual(filter);
  });
});
