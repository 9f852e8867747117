import type { ReportDefinition } from '@shared/domain/report';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { perCentOf, textOf, typedRowOf } from '@renderer/features/scores/typed-values';
import { fill, findByRole, findText, press } from '../support/by-role';
import { giveElementsSize, type MountedApp, mountApp, settle } from '../support/mount-app';
import { datasetSummary, project } from '../support/sample-data';
import { definition } from '../reports/report-data';

let mounted: MountedApp | undefined;
beforeEach(() => {
  giveElementsSize();
});
afterEach(() => {
  mounted?.unmount();
});

const theirs = { formatVersion: 1 as const, name: 'theirs', title: 'Their net', sources: [], note: '', files: [] };

describe('rows beside the runs', () => {
  it('are chosen by floors, imported scores, published rows with their datasets, and typed by hand', async () => {
    const saved: ReportDefinition[] = [];
    mounted = await mountApp('/datasets', {
      'project.current': async () => project,
      'datasets.list': async () => ['R', 'O', 'M'].map((id) => datasetSummary(id)),
      'reports.list': async () => [definition],
      'reports.save': async (report: ReportDefinition) => {
        saved.push(report);
        return {};
      },
      'scores.foreign': async () => [theirs],
    });
    press(document, 'k', { ctrlKey: true });
    fill(await findByRole('combobox'), 'Rows beside');
    await settle();
    (await findByRole('option', /Rows beside the runs/)).click();
    await findByRole('dialog', 'Rows beside the runs');
    (await findByRole('checkbox', 'Chance')).click();
    (await findByRole('checkbox', 'Their net')).click();
    (await findByRole('checkbox', 'SSDG-R, 2020')).click();
    await findText(/Threshold: test set \(ideal\)/);
    fill(await findByRole('textbox', 'HTER on O'), '180');
    await findText('0 to 100');
    expect((await findByRole('button', /^Show these rows/)).getAttribute('aria-disabled')).toBe('true');
    fill(await findByRole('textbox', 'HTER on O'), '12.3');
    await settle();
    (await findByRole('button', 'Show these rows')).click();
    await settle();
    await vi.waitFor(() => {
      expect(saved).toHaveLength(1);
    });
    expect(saved).toMatchObject([
      {
        name: definition.name,
        floors: true,
        floorRows: ['chance', 'lbp'],
        foreign: ['theirs'],
        published: { rows: ['ocim-ssdg-r'], columns: {} },
        typed: [{ id: 'paik-2021', cells: [{ target: 'O', hter: 0.123, acer: null, auc: null }] }],
      },
    ]);
  });
});

describe('typed values', () => {
  it('are per cent, empty for not known, refused otherwise', () => {
    expect([perCentOf('12,3'), perCentOf(' 0 '), perCentOf('100'), perCentOf('')]).toEqual([0.123, 0, 1, null]);
    for (const text of ['100.1', 'x', '-1', '1e3']) expect(perCentOf(text)).toBeUndefined();
    expect([textOf(0.1769), textOf(null)]).toEqual(['17.69', '']);
  });

  it('keep what else is known of the row, and no row while nothing is', () => {
    expect(typedRowOf({ O: '' }, undefined)).toBeNull();
    const before = {
      id: 'paik-2021',
      name: 'P',
      source: 's',
      cells: [{ target: 'O', hter: 0.1, acer: 0.2, auc: null }],
    };
    expect(typedRowOf({ O: '' }, before)?.cells).toEqual([{ target: 'O', hter: null, acer: 0.2, auc: null }]);
  });
});
