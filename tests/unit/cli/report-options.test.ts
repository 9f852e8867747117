import { describe, expect, it } from 'vitest';
import { newReport } from '@workbench/service/report-definitions';
import { withDefinitionOptions } from '@cli/report-options';

const base = newReport('mine', 'Mine');

describe('report options of the command line', () => {
  it('change what they name, and nothing else', () => {
    expect(withDefinitionOptions(base, {})).toEqual(base);
    const changed = withDefinitionOptions(base, {
      title: 'Other',
      threshold: 'target-dev-apcer:0.05',
      level: 'video:first:3',
      grouping: 'family',
      floors: 'chance,lbp',
      foreign: 'theirs, others',
      ownSamples: true,
      published: 'ocim-maddg',
      column: ['M=msu-mfsd', 'O=oulu'],
      baseline: 'scratch',
      spread: 'population',
      decimals: '2',
    });
    expect(changed).toEqual({
      ...base,
      title: 'Other',
      making: { ...base.making, policy: 'target-dev-apcer:0.05', level: 'video:first:3', grouping: 'family' },
      floors: true,
      floorRows: ['chance', 'lbp'],
      foreign: ['theirs', 'others'],
      commonSubset: false,
      published: { rows: ['ocim-maddg'], columns: { M: 'msu-mfsd', O: 'oulu' } },
      baseline: 'scratch',
      spread: 'population',
      decimals: 2,
    });
    const less = withDefinitionOptions(changed, { floors: 'none', foreign: 'none', column: ['C=casia'] });
    expect(less).toMatchObject({ floors: false, floorRows: [], foreign: [] });
    expect(less.published).toEqual({ rows: ['ocim-maddg'], columns: { M: 'msu-mfsd', O: 'oulu', C: 'casia' } });
  });

  it.each([
    [{ threshold: 'best' }, /^--threshold: unknown threshold policy/],
    [{ level: 'clip' }, /^--level: unknown level "clip"/],
    [{ epoch: 'first' }, /^--epoch: /],
    [{ floors: 'svm' }, /^--floors: /],
    [{ spread: 'range' }, /^--spread: /],
    [{ decimals: 'two' }, /^--decimals: /],
    [{ column: ['M'] }, /^--column M: write PUBLISHED=DATASET/],
  ])('are refused by name when they are wrong: %o', (options, message) => {
    expect(() => withDefinitionOptions(base, options)).toThrow(message);
  });
});
