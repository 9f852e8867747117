// The views that `npm run check:views` looks at: how to get to each, and what must be seen there.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { reportName } from './views-project.mjs';

const photograph = join(
  dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
  'demo',
  'sample2.jpg',
);

/**
 * @typedef {import('@playwright/test').Page} Page
 * @typedef {{ name: string, open: (page: Page) => Promise<unknown>, seen: (page: Page) => Promise<void> }} View
 */

const goTo = (page, room) => page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: room }).click();

/** Opens a place by its route, without loading the page anew. */
export const openRoute = (page, path) =>
  page.evaluate((route) => {
    window.location.hash = route;
  }, path);

/** Waits until something is there at least `count` times. */
async function atLeast(locator, count = 1) {
  await locator.nth(count - 1).waitFor({ state: 'visible', timeout: 20_000 });
}

/** Waits until every picture in view has loaded. */
async function picturesLoaded(page) {
  await page.waitForFunction(
    () => {
      const pictures = [...document.querySelectorAll('main img')].filter((image) => {
        const { top, bottom, width } = image.getBoundingClientRect();
        return width > 0 && bottom > 0 && top < window.innerHeight;
      });
      return pictures.length > 0 && pictures.every((image) => image.complete && image.naturalWidth > 0);
    },
    undefined,
    { timeout: 20_000 },
  );
}

/** Waits until the canvases that a locator finds show more than one colour. */
async function canvasesPainted(locator, count) {
  await atLeast(locator, count);
  for (const canvas of await locator.all())
    await canvas.evaluate(async (element) => {
      const isPainted = () => {
        const data = element.getContext('2d')?.getImageData(0, 0, element.width, element.height).data ?? [];
        const first = [...data.slice(0, 4)].join();
        for (let i = 4; i < data.length; i += 4) if ([...data.slice(i, i + 4)].join() !== first) return true;
        return false;
      };
      for (let tries = 0; tries < 100 && !isPainted(); tries++) await new Promise((resolve) => setTimeout(resolve, 50));
      if (!isPainted()) throw new Error(`the canvas "${element.getAttribute('aria-label') ?? ''}" is blank`);
    });
}

/** @type {readonly View[]} */
export const views = [
  {
    name: 'protocols',
    open: (page) => openRoute(page, '/datasets/protocols/carved-dev'),
    seen: async (page) => {
      await page.getByRole('textbox', { name: 'Rule of the train set' }).waitFor();
      // A train, dev and test row of each dataset under the head.
      await atLeast(page.getByRole('table', { name: 'Samples by dataset and set' }).getByRole('row'), 4);
    },
  },
  {
    name: 'datasets',
    open: (page) => goTo(page, 'Datasets'),
    seen: async (page) => {
      await page.getByText(/^2,000 samples/).waitFor();
      await atLeast(page.getByRole('gridcell'), 12);
      await picturesLoaded(page);
      // Through the whole list and back: rows are made as they come into view.
      const grid = page.getByRole('grid', { name: 'Samples' });
      for (const share of [0.25, 0.5, 1, 0]) {
        await grid.evaluate((element, part) => {
          element.scrollTop = part * element.scrollHeight;
        }, share);
        await page.waitForTimeout(250);
      }
      await picturesLoaded(page);
    },
  },
  {
    name: 'datasets-depth',
    open: async (page) => {
      await page.getByRole('radio', { name: 'Both' }).click();
      await page.getByRole('gridcell').first().click();
    },
    seen: async (page) => {
      await picturesLoaded(page);
      await canvasesPainted(page.getByRole('gridcell').first().locator('canvas'), 1);
    },
  },
  {
    name: 'datasets-cards',
    open: async (page) => {
      await page.getByRole('radio', { name: 'RGB' }).click();
      await page.getByRole('radio', { name: 'Cards' }).click();
    },
    seen: async (page) => {
      await page.getByText(/^Checked /).waitFor();
      await page
        .getByText(/worth about \d+ independent ones/)
        .first()
        .waitFor();
    },
  },
  {
    name: 'datasets-shortcuts',
    open: (page) => page.getByRole('radio', { name: 'Shortcuts' }).click(),
    seen: async (page) => {
      await atLeast(page.getByRole('row').filter({ hasText: /0\.\d\d/ }), 2);
      await page.getByRole('columnheader', { name: 'Colour LBP' }).waitFor();
    },
  },
  {
    name: 'datasets-import',
    open: async (page) => {
      await page.getByRole('radio', { name: 'Findings' }).click();
      await page.getByRole('button', { name: 'Import', exact: true }).click();
    },
    seen: async (page) => {
      const dialog = page.getByRole('dialog', { name: 'Import dataset' });
      await dialog.waitFor();
      await dialog.getByText('relief import').waitFor();
    },
  },
  {
    name: 'experiments-presets',
    open: async (page) => {
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await goTo(page, 'Experiments');
    },
    seen: (page) => atLeast(page.getByRole('listitem').filter({ hasText: 'pretrain-l1' })),
  },
  {
    name: 'experiments',
    open: (page) => openRoute(page, '/experiments/claim'),
    seen: async (page) => {
      await atLeast(page.locator('[data-setting]'), 10);
      await page.locator('[data-setting="stage1.epochs"]').getByRole('spinbutton').waitFor();
    },
  },
  {
    name: 'experiments-yaml',
    open: (page) => page.getByRole('radio', { name: 'YAML' }).click(),
    seen: (page) => page.getByRole('textbox', { name: 'Experiment file, YAML' }).waitFor(),
  },
  {
    name: 'runs-list',
    open: async (page) => {
      await page.getByRole('radio', { name: 'Form' }).click();
      await goTo(page, 'Runs');
    },
    seen: async (page) => {
      await page.getByText(/^22 runs/).waitFor();
      await atLeast(page.getByRole('treegrid', { name: 'Runs' }).getByRole('row'), 5);
    },
  },
  {
    name: 'runs',
    open: (page) => page.getByRole('row').filter({ hasText: 's5' }).first().click(),
    seen: async (page) => {
      await page.locator('canvas[aria-label^="Classifier loss:"]').waitFor();
      await page.getByRole('log', { name: 'Log lines' }).getByText('done').waitFor();
      await canvasesPainted(page.locator('canvas[aria-label^="Predicted depth of sample"]'), 6);
    },
  },
  {
    name: 'depth',
    open: (page) => goTo(page, 'Depth'),
    seen: async (page) => {
      for (const pane of ['RGB', 'Target', 'Predicted', 'Signed error'])
        await canvasesPainted(page.getByRole('figure', { name: new RegExp(`^${pane}`) }).locator('canvas'), 1);
    },
  },
  {
    name: 'depth-measures',
    open: async (page) => {
      // Beside the panes where there is room, else over them.
      const button = page.getByRole('button', { name: 'Probe and measures' });
      if (await button.isVisible()) await button.click();
    },
    seen: async (page) => {
      await page.getByRole('region', { name: 'This sample' }).getByText('Mean abs. error').waitFor();
      await canvasesPainted(page.getByRole('region', { name: 'Depth as a score' }).locator('canvas'), 1);
    },
  },
  {
    name: 'depth-why',
    open: (page) => page.getByRole('button', { name: 'Explain' }).click(),
    seen: async (page) => {
      const why = page.getByRole('region', { name: 'Why this score' });
      await canvasesPainted(why.locator('canvas[aria-label$="places"]'), 2);
      await why.getByRole('button', { name: 'Hide' }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'depth-spread',
    open: async (page) => {
      await page.getByRole('button', { name: 'Hide' }).click();
      const close = page.getByRole('button', { name: 'Close measures' });
      if (await close.isVisible()) await close.click();
      await page.getByRole('radio', { name: 'Spread' }).click();
    },
    seen: (page) => page.getByRole('columnheader', { name: 'Quartiles' }).waitFor(),
  },
  {
    name: 'depth-relief',
    open: async (page) => {
      await page.getByRole('radio', { name: 'Worst' }).click();
      await page.getByRole('button', { name: 'Show as surfaces' }).click();
    },
    seen: (page) => atLeast(page.getByRole('img', { name: /relief, surface$/ }), 2),
  },
  {
    name: 'depth-export',
    open: async (page) => {
      await page.getByRole('button', { name: 'Show as surfaces' }).click();
      await page.getByRole('button', { name: 'Save these maps' }).click();
    },
    seen: (page) => page.getByRole('dialog').getByText('Contact sheet, PDF').waitFor(),
  },
  {
    name: 'depth-outside-empty',
    open: async (page) => {
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await page.getByRole('button', { name: 'Look at any picture, clip or camera' }).click();
    },
    seen: (page) => page.getByRole('heading', { name: 'Drop a photograph or a clip' }).waitFor(),
  },
  {
    name: 'depth-outside',
    open: (page) => page.getByLabel('Picture or clip').setInputFiles(photograph),
    seen: async (page) => {
      await canvasesPainted(page.locator('canvas[aria-label^="Target depth"]'), 1);
      await atLeast(page.getByRole('button', { name: /^Face \d/ }), 3);
    },
  },
  {
    name: 'depth-targets',
    open: (page) => openRoute(page, '/depth/targets'),
    seen: (page) => canvasesPainted(page.locator('canvas[aria-label^="Mesh, pose kept"]'), 8),
  },
  {
    name: 'reports-list',
    open: (page) => goTo(page, 'Reports'),
    seen: (page) => atLeast(page.getByText('Twenty runs', { exact: true })),
  },
  {
    name: 'reports',
    open: async (page) => {
      await openRoute(page, `/reports/${reportName}`);
      await page.getByRole('radio', { name: 'Overview' }).click(); // A report opens as it was left.
    },
    seen: async (page) => {
      await atLeast(page.locator('main td button'), 2);
      await page.getByText('LBP + logistic').first().waitFor();
    },
  },
  {
    name: 'reports-export',
    open: async (page) => {
      // Beside the report in a wide window, behind a button in a narrow one.
      const open = page.getByRole('button', { name: 'Export', exact: true });
      if (await open.isVisible()) await open.click();
    },
    seen: (page) => page.getByRole('button', { name: 'Save figures…' }).waitFor(),
  },
  ...['Errors', 'Audit', 'Tables'].map((tab) => ({
    name: `reports-${tab.toLowerCase()}`,
    open: (page) => page.getByRole('radio', { name: tab, exact: true }).click(),
    seen: async (page) => {
      await atLeast(page.getByRole('table'));
      await page.getByRole('progressbar').waitFor({ state: 'detached' });
    },
  })),
  {
    name: 'reports-making',
    open: async (page) => {
      // In a narrow window what is to be exported lies over the toolbar.
      const close = page.getByRole('button', { name: 'Close the export' });
      if (await close.isVisible()) await close.click();
      await page.getByRole('button', { name: 'How the numbers are made' }).click();
    },
    seen: async (page) => {
      await page.getByRole('dialog').getByRole('spinbutton', { name: 'First frames' }).waitFor();
      await page.waitForTimeout(200);
    },
  },
  {
    name: 'engine',
    open: async (page) => {
      await page.keyboard.press('Escape');
      await goTo(page, 'Engine');
    },
    seen: (page) => atLeast(page.getByText('WASM SIMD')),
  },
  {
    name: 'settings',
    open: (page) => goTo(page, 'Settings'),
    seen: (page) => page.getByRole('radiogroup', { name: 'Theme' }).waitFor(),
  },
  {
    name: 'palette',
    open: (page) => page.keyboard.press('Control+k'),
    seen: (page) => atLeast(page.getByRole('dialog').getByText('Reports')),
  },
  {
    name: 'shortcuts',
    open: async (page) => {
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await page.keyboard.press('?');
    },
    seen: (page) => page.getByRole('dialog').waitFor(),
  },
];
