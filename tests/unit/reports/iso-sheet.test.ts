import { clopperPearson } from '@shared/metrics/intervals';
import { writeIsoSheet } from '@workbench/reports/iso-sheet';
import { describe, expect, it } from 'vitest';
import { sampleReport } from './sample-report';

const data = sampleReport();
const page = writeIsoSheet(data);
const sheets = page.split('<section class="sheet"').slice(1);

/** Cells of the row whose head starts so. */
function row(sheet: string, head: string): string[] {
  const found = [...sheet.matchAll(/<tr[^>]*><th scope="row">(.*?)<\/tr>/gs)].find(([, text = '']) =>
    text.startsWith(head),
  );
  return [...(found?.[1] ?? '').matchAll(/<td class="number">([^<]*)<\/td>/g)].map(([, text = '']) => text);
}
const percent = (rate: number) => (100 * rate).toFixed(2);

describe('an ISO/IEC 30107-3 style sheet', () => {
  it('is there for every evaluation and stands alone', () => {
    expect(sheets).toHaveLength(data.evaluations.length);
    expect(page).not.toMatch(/<script|https?:|src=/);
    expect(page).not.toContain('ACER');
  });

  it('counts the presentations, errors and interval of every attack type and of bona fide people', () => {
    data.evaluations.forEach(({ test }, index) => {
      const sheet = sheets[index] ?? '';
      expect(Object.keys(test.n.attacks).length).toBeGreaterThan(1);
      for (const [type, total] of Object.entries(test.n.attacks)) {
        const rate = test.apcer.perType[type] ?? NaN;
        const errors = Math.round(rate * total);
        const [low, high] = clopperPearson({ errors, total }) ?? [NaN, NaN];
        const ends = `${percent(low)}–${percent(high)}`;
        expect(row(sheet, `APCER, ${type}`)).toEqual([String(total), '0.00', String(errors), percent(rate), ends]);
      }
      const [n, , errors, rate] = row(sheet, 'BPCER, bona fide');
      expect([n, errors, rate]).toEqual([
        String(test.n.bonaFide),
        String(Math.round((test.bpcer ?? NaN) * test.n.bonaFide)),
        percent(test.bpcer ?? NaN),
      ]);
    });
  });

  it('gives BPCER at an APCER of 10, 5 and 1 %, and the least of each', () => {
    const [sheet = ''] = sheets;
    const test = data.evaluations[0]?.test;
    if (!test) throw new Error('no evaluation');
    expect(row(sheet, 'BPCER20')).toEqual([
      '5',
      test.ownThresholds?.bpcer20?.toFixed(4),
      percent(test.bpcer20 ?? NaN),
      percent(test.smallestBpcer?.['20'] ?? NaN),
    ]);
  });

  it('is refused for a report without evaluations', () => {
    expect(() => writeIsoSheet({ ...data, evaluations: [], curves: [] })).toThrow('has no evaluation');
  });
});
