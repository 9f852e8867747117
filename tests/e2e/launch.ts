import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ElectronApplication, type Page, _electron, test as base } from '@playwright/test';
import { root } from '../../build/aliases.mjs';
import { findElectron } from '../../build/electron-binary.mjs';

/** A running Relief with a home folder of its own. */
export interface Desktop {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly home: string;
  /** Uncaught errors of the page, and what it wrote to the console as errors. */
  readonly pageErrors: string[];
  /** Answers the next native dialogs, which no test can click: with a path, or as cancelled. */
  answerDialogs(path: string | null): Promise<void>;
  /** What the desktop side and the workbench have logged. */
  log(): string;
  close(): Promise<void>;
}

export interface LaunchOptions {
  /** The person's data folder; a new temporary one unless given. Survives `close` when given. */
  readonly home?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Switches of Chromium, such as a camera made of a file. */
  readonly switches?: readonly string[];
}

/** Starts the built application in the Electron that set-up found. */
export async function launchDesktop({ home, environment = {}, switches = [] }: LaunchOptions = {}): Promise<Desktop> {
  const electron = findElectron();
  if (!electron) throw new Error('Electron is missing; run "npm run setup".');
  const ownHome = home ?? mkdtempSync(join(tmpdir(), 'relief-home-'));
  // Playwright starts npm's Electron with a module that holds the application until it listens; this makes npm's
  // package find the program that set-up found.
  if (electron.isFallback) process.env['ELECTRON_OVERRIDE_DIST_PATH'] = dirname(electron.executable);
  const app = await _electron.launch({
    cwd: root,
    args: [root, ...switches],
    env: { ...inherited(), ...environment, RELIEF_HOME: ownHome, RELIEF_NODE: process.execPath },
  });
  const page = await app.firstWindow();
  const pageErrors: string[] = [];
  page.on('pageerror', (error) => pageErrors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') pageErrors.push(message.text());
  });
  await page.waitForLoadState('load');
  return {
    app,
    page,
    home: ownHome,
    pageErrors,
    answerDialogs: (path) =>
      app.evaluate(({ dialog }, answer) => {
        dialog.showOpenDialog = () =>
          Promise.resolve({ canceled: answer === null, filePaths: answer === null ? [] : [answer] });
      }, path),
    log: () => {
      const file = join(ownHome, 'logs', 'desktop.log');
      return existsSync(file) ? readFileSync(file, 'utf8') : '';
    },
    close: async () => {
      await app.close();
      if (home === undefined) rmSync(ownHome, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function inherited(): Record<string, string> {
  const entries = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}

/** Playwright's `test` with a `desktop` that is started for each test, and pictured when the test fails. */
export const test = base.extend<{ desktop: Desktop }>({
  desktop: async ({}, use, testInfo) => {
    const desktop = await launchDesktop();
    await use(desktop);
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('window', { body: await desktop.page.screenshot(), contentType: 'image/png' });
      await testInfo.attach('log', { body: desktop.log(), contentType: 'text/plain' });
    }
    await desktop.close();
  },
});

export { expect } from '@playwright/test';
