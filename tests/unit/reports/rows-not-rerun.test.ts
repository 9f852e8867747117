import { defaultTables } from '@shared/domain/table-design';
import type { ReportData } from '@shared/domain/report';
import { layTable } from '@shared/tables/lay-table';
import { comparisonRows } from '@workbench/evaluation/comparison-rows';
import { writeMarkdown } from '@workbench/reports/markdown';
import { describe, expect, it } from 'vitest';
import { sampleReport } from './sample-report';

const plain = sampleReport();
const [ablation] = defaultTables;
if (!ablation) throw new Error('there is no default table');

/** The sample with scratch's scores on M imported from elsewhere, trained on nobody knows what. */
function withForeign(): ReportData {
  const own = plain.evaluations.find(
    ({ system, target, source }) => system === 'scratch' && target === 'M' && source[0] === 'R',
  );
  if (!own) throw new Error('the sample has no such run');
  const imported = { ...own, run: null, system: 'Theirs', seed: null, source: [], foreign: 'theirs' };
  return { ...plain, evaluations: [...plain.evaluations, imported], curves: [...plain.curves, { far: [], frr: [] }] };
}

describe('rows that were not rerun here', () => {
  it('leave own rows as complete as they are without them', () => {
    const before = new Map(layTable(plain, ablation).rows.map(({ system, complete }) => [system, complete]));
    const rows = layTable(withForeign(), ablation).rows;
    expect([...before.values()]).toContain(true);
    for (const { system, complete } of rows) if (before.has(system)) expect(complete, system).toBe(before.get(system));
    expect(rows.some(({ system }) => system === 'Theirs')).toBe(true);
  });

  it('say where their own threshold came from, not the report’s policy', () => {
    const comparison = comparisonRows({ published: { rows: ['ocim-ssdg-r', 'ocim-dbmnet-realistic'], columns: {} } }, [
      'M',
      'C',
      'O',
    ]);
    const lines = writeMarkdown({ ...plain, comparison }).split('\n');
    const line = (name: string) => lines.find((one) => one.startsWith('|') && one.includes(name)) ?? '';
    expect(line('SSDG-R')).toContain('test set (ideal)');
    expect(line('DBMNet')).toContain('source validation set (realistic)');
    expect(line('SSDG-R')).not.toContain('source-dev EER');
    expect(line('pretrain-gan')).toContain('source-dev EER');
  });
});
