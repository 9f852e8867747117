import { AppError } from '@shared/contract/errors';
import type { ErasurePlan } from '@shared/domain/erasure';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allByRole, fill, findByRole, findText } from '../support/by-role';
import { giveElementsSize, type MountedApp, mountApp, settle } from '../support/mount-app';
import { datasetSummary, project } from '../support/sample-data';

let mounted: MountedApp | undefined;
beforeEach(() => {
  giveElementsSize();
});
afterEach(() => {
  mounted?.unmount();
});

const plan: ErasurePlan = {
  dataset: 'lab',
  subject: 'anna',
  items: 4,
  parts: [
    { what: 'samples', where: 'datasets/lab/prepared/ab12', count: 1 },
    { what: 'scores', where: 'jobs/0003-x/scores', count: 8 },
  ],
  stays: ['4 originals stay where they are.'],
};

describe('erasing a subject', () => {
  it('says what goes and what stays, and asks again before anything does', async () => {
    const erased: unknown[] = [];
    mounted = await mountApp('/datasets', {
      'project.current': async () => project,
      'datasets.list': async () => [
        datasetSummary('R'),
        datasetSummary('lab', { synthetic: false, importer: 'folder', origin: { kind: 'folder', root: '/data/lab' } }),
      ],
      'protocols.values': async () => ({ fields: [], values: ['anna', 'berta'] }),
      'privacy.plan': async ({ subject }) => {
        if (subject !== 'anna') throw new AppError('not-found', `Dataset lab has no subject "${subject}".`);
        return plan;
      },
      'privacy.erase': async (input) => {
        erased.push(input);
        return {
          at: '2026-11-25T10:00:00Z',
          dataset: 'lab',
          subject: 'f00',
          items: 4,
          samples: 1,
          scores: 8,
          files: 2,
        };
      },
    });
    (await findByRole('button', /^More about R/)).click();
    await findByRole('menuitem', 'Licence…');
    expect(allByRole('menuitem', 'Erase a subject…')).toHaveLength(0);
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    await settle(50);
    (await findByRole('button', /^More about lab/)).click();
    (await findByRole('menuitem', 'Erase a subject…')).click();
    const name = await findByRole('textbox', 'Subject');
    fill(name, 'nobody');
    await settle();
    (await findByRole('button', 'Look what goes')).click();
    await findText('Dataset lab has no subject "nobody".');
    fill(name, '');
    await settle(20);
    (await findByRole('button', 'anna')).click();
    await findText('4 items of anna; with them go');
    await findText('1 crop with its depth target');
    await findText('jobs/0003-x/scores');
    await findText('4 originals stay where they are.');
    await findText('relief erase lab');
    const erase = await findByRole('button', /^Erase 4 items/);
    expect(erase.getAttribute('aria-disabled')).toBe('true');
    erase.click();
    await settle();
    expect(erased).toEqual([]);
    (await findByRole('checkbox', /I have read what goes/)).click();
    await settle();
    (await findByRole('button', /^Erase 4 items/)).click();
    await findText('A subject was erased from lab');
    expect(erased).toEqual([{ dataset: 'lab', subject: 'anna' }]);
    expect(allByRole('dialog')).toHaveLength(0);
  });
});
