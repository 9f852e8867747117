import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Desktop } from '../e2e/launch';
import { startVirtualDisplay } from '../../build/virtual-display.mjs';

/** A display of its own where there is none. */
export async function displayIfBare(): Promise<{ stop(): void } | undefined> {
  if (process.platform !== 'linux' || process.env['DISPLAY'] !== undefined) return undefined;
  const display = await startVirtualDisplay();
  process.env['DISPLAY'] = display.display;
  return {
    stop() {
      display.stop();
      Reflect.deleteProperty(process.env, 'DISPLAY');
    },
  };
}

/** An experiment file with the settings that `--set` options give. */
export function experimentText(name: string, options: readonly string[]): string {
  const sections = new Map<string, string[]>();
  for (const option of options.filter((word) => word !== '--set')) {
    const [path = '', value = ''] = option.split('=');
    const [section = '', key = ''] = path.split('.');
    const shown = section === 'data' ? `[${value}]` : value;
    sections.set(section, [...(sections.get(section) ?? []), `  ${key}: ${shown}`]);
  }
  const blocks = [...sections].map(([section, lines]) => [`${section}:`, ...lines].join('\n'));
  return [`name: ${name}`, 'preset: pretrain-gan', ...blocks, ''].join('\n');
}

/**
 * What a person does: opens the project and the experiment, chooses Slurm, asks for one core a run, sets the number of seeds
 * and queues.
 * @returns ids of the runs, in order
 */
export async function launchFromWindow(
  { app, page, answerDialogs }: Desktop,
  project: string,
  seeds: number,
): Promise<string[]> {
  page.setDefaultTimeout(30_000);
  await app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.setContentSize(1440, 900);
  });
  await answerDialogs(project);
  await page.getByRole('button', { name: /Open project/ }).click();
  await page.getByRole('grid', { name: 'Samples' }).waitFor();
  await page.getByRole('link', { name: /^Experiments/ }).click();
  await page.getByText('from-window', { exact: true }).first().click();
  await page.getByRole('radio', { name: 'Slurm' }).click();
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('spinbutton', { name: 'Cores' }).fill('1');
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: 'Keep' }).click();
  await page.getByText('default partition, 1 core').waitFor();
  await page.getByRole('spinbutton', { name: 'Number of seeds' }).fill(String(seeds));
  await page.keyboard.press('Tab');
  const before = runsOf(project);
  await page.getByRole('button', { name: `Queue ${String(seeds)} runs` }).click();
  await page.waitForURL(/\/runs\//);
  const ids = runsOf(project).filter((id) => !before.includes(id));
  if (ids.length !== seeds) throw new Error(`the window made ${String(ids.length)} runs`);
  return ids;
}

function runsOf(project: string): string[] {
  return readdirSync(join(project, 'jobs'))
    .filter((name) => /^\d/.test(name))
    .sort();
}

/** What the window's table says of a run, once it says that it has ended. */
export async function stateInWindow({ page }: Desktop, id: string): Promise<string> {
  const row = page.locator(`[data-row="${id}"]`);
  await row.getByText('Done').waitFor();
  return (await row.getByRole('gridcell').first().innerText()).trim();
}
