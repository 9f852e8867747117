import type { SampleDetail, SampleQuery, SavedView } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import { defaultRecipe, type PreparationRecipe } from '@shared/domain/dataset';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allByRole, fill, findByRole, findText, press } from '../support/by-role';
import { giveElementsSize, type MountedApp, mountApp, settle } from '../support/mount-app';
import { datasetSummary, project, sampleDetail, samplePage, tiles } from '../support/sample-data';

let mounted: MountedApp | undefined;
beforeEach(() => {
  giveElementsSize();
});
afterEach(() => {
  mounted?.unmount();
});

const all = tiles('R', 20).map((tile) => ({ ...tile, members: null as number | null }));

function workbench(asked: SampleQuery[] = []) {
  return {
    'project.current': async () => project,
    'datasets.list': async () => [datasetSummary('R')],
    'samples.query': async (query: SampleQuery) => {
      asked.push(query);
      if (query.filter.text.startsWith('pia'))
        throw new AppError('invalid', 'There is no field "pia". Did you mean "pai"?', { from: 0, to: 3 });
      const shown = query.group === 'subject' ? all.slice(0, 5).map((tile) => ({ ...tile, members: 4 })) : all;
      return samplePage(shown, query.offset, query.limit);
    },
    'samples.detail': async ({ dataset, index }: { dataset: string; index: number }) => sampleDetail(dataset, index),
  };
}

describe('the query bar', () => {
  it('shows what is wrong with a query and keeps the samples in sight', async () => {
    mounted = await mountApp('/datasets', workbench());
    fill(await findByRole('textbox', 'Filter samples'), 'pia=print');
    await findText('Did you mean "pai"?');
    expect(allByRole('gridcell').length).toBeGreaterThan(0);
    fill(await findByRole('textbox', 'Filter samples'), 'set=');
    await findText('A value is missing after set=.');
    fill(await findByRole('textbox', 'Filter samples'), '');
    await settle(100);
    expect((await findByRole('textbox', 'Filter samples')).getAttribute('aria-invalid')).toBeNull();
  });

  it('offers fields and values, and takes one by keyboard', async () => {
    const asked: unknown[] = [];
    mounted = await mountApp('/datasets', {
      ...workbench(),
      'samples.values': async (input) => {
        asked.push(input);
        return { fields: ['set', 'subject'], values: input.field === 'subject' ? [{ value: 'R-12', count: 4 }] : [] };
      },
    });
    const bar = await findByRole('textbox', 'Filter samples');
    if (!(bar instanceof HTMLInputElement)) throw new Error('no input');
    const type = async (text: string) => {
      bar.value = text;
      bar.setSelectionRange(text.length, text.length);
      bar.dispatchEvent(new Event('input', { bubbles: true }));
      await settle(60);
    };
    await type('su');
    press(bar, 'Tab');
    await settle();
    expect(bar.value).toBe('subject=');
    await type('subject=1');
    await findByRole('option', /R-12/);
    press(bar, 'ArrowDown');
    press(bar, 'Enter');
    await settle();
    expect(bar.value).toBe('subject=R-12');
    expect(asked.at(-1)).toMatchObject({ field: 'subject', contains: '1' });
  });
});

describe('marks in the grid', () => {
  it('exclude with a reason by X, and offer to undo it', async () => {
    const marked: unknown[] = [];
    const steps: unknown[] = [];
    mounted = await mountApp('/datasets', {
      ...workbench(),
      'samples.mark': async (input) => {
        marked.push(input);
        return { items: 2 };
      },
      'samples.step': async (input) => {
        steps.push(input);
        return { edit: { change: { action: 'exclude', reason: 'blurred' }, items: 2 } };
      },
    });
    const grid = await findByRole('grid', 'Samples');
    press(grid, 'ArrowRight');
    await settle();
    press(grid, 'ArrowRight', { shiftKey: true });
    await settle();
    expect(allByRole('gridcell').filter((cell) => cell.getAttribute('aria-selected') === 'true')).toHaveLength(2);
    press(grid, 'x');
    const button = await findByRole('button', /^Exclude 2 samples/);
    expect(button.getAttribute('aria-disabled')).toBe('true');
    (await findByRole('button', 'blurred')).click();
    await settle();
    (await findByRole('button', 'Exclude 2 samples')).click();
    await findText('2 samples excluded: blurred');
    expect(marked).toEqual([
      { samples: [0, 1].map((index) => ({ dataset: 'R', index })), change: { action: 'exclude', reason: 'blurred' } },
    ]);
    press(grid, 'z', { ctrlKey: true });
    await findText('Undone: 2 samples excluded: blurred');
    expect(steps).toEqual([{ direction: 'undo' }]);
  });

  it('concern every sample of a group', async () => {
    const marked: { samples: unknown }[] = [];
    const asked: SampleQuery[] = [];
    mounted = await mountApp('/datasets', {
      ...workbench(asked),
      'samples.members': async ({ cover }) => ({
        members: [0, 5, 10, 15].map((index) => ({ dataset: cover.dataset, index, row: index, frame: null })),
        total: 4,
      }),
      'samples.mark': async (input) => {
        marked.push(input);
        return { items: 4 };
      },
    });
    const { useSamples } = await import('@renderer/stores/samples');
    useSamples().group = 'subject';
    await findText('5 subjects');
    const grid = await findByRole('grid', 'Samples');
    press(grid, 'Home');
    await settle();
    press(grid, 't');
    fill(await findByRole('textbox', 'Tag'), 'look again');
    await settle();
    (await findByRole('button', 'Tag 4 samples')).click();
    await findText('4 samples tagged look again');
    expect(marked[0]?.samples).toEqual([0, 5, 10, 15].map((index) => ({ dataset: 'R', index })));
    expect(asked.at(-1)?.group).toBe('subject');
  });
});

describe('the large view', () => {
  it('opens by Enter, walks samples by the arrows, and cycles RGB, crop, mesh and depth', async () => {
    const previews: unknown[] = [];
    mounted = await mountApp('/datasets', {
      ...workbench(),
      'recipes.preview': async (input) => {
        previews.push(input);
        return { crop: null, mesh: null, depth: null, failure: 'No face found.' };
      },
    });
    const grid = await findByRole('grid', 'Samples');
    press(grid, 'Home');
    await settle();
    press(grid, 'Enter');
    const dialog = await findByRole('dialog');
    const checked = () =>
      allByRole('radio')
        .find((radio) => dialog.contains(radio) && radio.getAttribute('aria-checked') === 'true')
        ?.textContent.trim();
    const pictures = [checked()];
    for (let turn = 0; turn < 4; turn++) {
      press(dialog, 'ArrowDown');
      await settle();
      pictures.push(checked());
    }
    expect(pictures).toEqual(['RGB', 'Crop', 'Mesh', 'Depth target', 'RGB']);
    expect(previews).toHaveLength(1);
    const seen = new Set<string>();
    for (let turn = 0; turn < 20; turn++) {
      seen.add(/(\d+) of 20/.exec(dialog.textContent)?.[1] ?? 'none');
      press(dialog, 'ArrowRight');
      await settle(5);
    }
    expect(seen.size).toBe(20);
    expect(allByRole('dialog')).toHaveLength(1);
  });
});

describe('saved views', () => {
  it('are saved under a name and shown again', async () => {
    const views: SavedView[] = [];
    mounted = await mountApp('/datasets', {
      ...workbench(),
      'views.list': async () => views,
      'views.save': async (view) => {
        views.push(view);
        return {};
      },
    });
    fill(await findByRole('textbox', 'Filter samples'), 'set=train');
    await findByRole('button', 'Remove filter set train');
    const { useViews } = await import('@renderer/stores/views');
    const { useSamples } = await import('@renderer/stores/samples');
    await useViews().save('Train');
    await findByRole('button', 'View: Train');
    useSamples().clear();
    await findByRole('button', 'View: unsaved');
    const [view] = views;
    if (!view) throw new Error('no view');
    useViews().show(view);
    await findByRole('button', 'Remove filter set train');
  });
});

describe('a clip in the large view', () => {
  const clipDetail = (index: number): SampleDetail => {
    const detail = sampleDetail('R', index);
    return { ...detail, item: { ...detail.item, kind: 'video', path: `clip-${index}.avi` }, rows: [], prepared: null };
  };

  it('is gone through by slider and keys, frame by frame where the window cannot decode it', async () => {
    const opened: unknown[] = [];
    mounted = await mountApp('/datasets', {
      ...workbench(),
      'samples.detail': async ({ index }) => clipDetail(index),
      'media.clip': async (reference) => {
        opened.push(reference);
        return { container: 'avi', codec: 'mpeg4', frames: 30, framesPerSecond: 25, bytes: 9000 };
      },
    });
    const grid = await findByRole('grid', 'Samples');
    press(grid, 'ArrowRight');
    await settle();
    press(grid, 'Enter');
    await findText('frame 15 of 30, 0.60 s');
    expect(opened).toEqual([{ dataset: 'R', index: 0 }]);
    const slider = await findByRole('slider', 'Frame of the clip');
    const shown = async (frame: number) => {
      const picture = document.querySelector('img.clip-frame');
      if (!picture) throw new Error('no picture');
      expect(picture.getAttribute('src')).toMatch(new RegExp(`frame/R/0\\?s=1024&f=${frame}$`));
      picture.dispatchEvent(new Event('load'));
      await settle();
    };
    await shown(15);
    press(slider, '.');
    await findText('frame 16 of 30, 0.64 s');
    await shown(16);
    press(slider, 'Home');
    await findText('frame 0 of 30, 0.00 s');
    press(slider, ',');
    await findText('frame 0 of 30, 0.00 s');
    await shown(0);
    // While a picture is on its way only the newest wish is kept.
    for (let presses = 0; presses < 3; presses++) {
      press(slider, '.');
      await settle();
    }
    await shown(1);
    await shown(3);
  });

  it('says what is wrong with it and shows what the workbench can', async () => {
    mounted = await mountApp('/datasets', {
      ...workbench(),
      'samples.detail': async ({ index }) => clipDetail(index),
      'media.clip': async () => {
        throw new AppError('invalid', 'clip-0.avi cannot be decoded as AVI.');
      },
    });
    const grid = await findByRole('grid', 'Samples');
    press(grid, 'ArrowRight');
    await settle();
    press(grid, 'Enter');
    await findText('clip-0.avi cannot be decoded as AVI.');
  });
});

describe('the crop editor', () => {
  it('shows samples by the recipe that is set, and holds its button while nothing has changed', async () => {
    const asked: PreparationRecipe[] = [];
    const used: unknown[] = [];
    mounted = await mountApp('/datasets', {
      ...workbench(),
      'recipes.read': async () => ({ recipe: defaultRecipe, clips: true }),
      'recipes.preview': async ({ recipe }) => {
        asked.push(recipe);
        return { crop: null, mesh: null, depth: null, failure: 'No face found.' };
      },
      'recipes.use': async (input) => {
        used.push(input);
        return { job: '0003-prepare' };
      },
    });
    const menu = await findByRole('button', 'More about R, drawn camera');
    press(menu, 'Enter');
    (await findByRole('menuitem', 'Faces and crops…')).click();
    await findText('0 with a face, 20 without');
    expect(asked).toHaveLength(20);
    expect((await findByRole('button', /^Prepare 20 items/)).getAttribute('aria-disabled')).toBe('true');
    (await findByRole('switch', /Align/)).click();
    await settle(250);
    expect(asked).toHaveLength(40);
    expect(asked.at(-1)).toEqual({ ...defaultRecipe, align: false });
    await findByRole('combobox', 'Frames of a clip');
    (await findByRole('button', 'Prepare 20 items')).click();
    await settle(60);
    expect(used).toEqual([{ dataset: 'R', recipe: { ...defaultRecipe, align: false } }]);
  });
});

describe('the licence of a dataset', () => {
  it('is shown as noted and noted anew', async () => {
    const noted: unknown[] = [];
    mounted = await mountApp('/datasets', {
      ...workbench(),
      'datasets.noteLicence': async (input) => {
        noted.push(input);
        return {};
      },
    });
    press(await findByRole('button', 'More about R, drawn camera'), 'Enter');
    (await findByRole('menuitem', 'Licence…')).click();
    fill(await findByRole('textbox', 'Name, or where it is written'), 'EULA of 2017');
    press(await findByRole('combobox', 'It allows'), 'Enter');
    press(await findByRole('option', 'no publication'), 'Enter');
    (await findByRole('button', 'Note it')).click();
    await settle(60);
    expect(noted).toEqual([
      { dataset: 'R', licence: { name: 'EULA of 2017', use: 'no-publication', consent: 'unknown' } },
    ]);
  });
});
