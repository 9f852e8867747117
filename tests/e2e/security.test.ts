import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { root } from '../../build/aliases.mjs';
import { type Desktop, expect, launchDesktop, test } from './launch';

let desktop: Desktop;
let page: Page;

test.beforeAll(async () => {
  desktop = await launchDesktop();
  page = desktop.page;
});

test.afterAll(async () => {
  await desktop.close();
});

/** Status of a GET by the page itself, or `refused`. */
const fetchStatus = (address: string) =>
  page.evaluate(async (wanted) => {
    try {
      return (await fetch(wanted)).status;
    } catch {
      return 'refused';
    }
  }, address);

test('gives the page neither Node nor Electron', async () => {
  const found = await page.evaluate(() =>
    ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'].filter((name) => name in window),
  );
  expect(found).toEqual([]);
});

test('keeps sandbox, isolation and web security on', async () => {
  const preferences = await desktop.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    // Not in Electron's types, though documented for tests: the preferences in force.
    const read: unknown = contents && Reflect.get(contents, 'getLastWebPreferences');
    return typeof read === 'function' ? (read.call(contents) as Record<string, unknown>) : null;
  });
  expect(preferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
  });
});

test('does not navigate away', async () => {
  const where = () => page.url().replace(/#.*$/, ''); // The router moves within the page.
  expect(where()).toBe('app://bundle/index.html');
  for (const address of ['https://example.com/', 'data:text/html,hello', 'file:///etc/passwd', 'app://other/'])
    await page.evaluate((target) => {
      window.location.href = target;
    }, address);
  await page.waitForTimeout(300);
  expect(where()).toBe('app://bundle/index.html');
});

test('opens no second window', async () => {
  expect(await page.evaluate(() => window.open('https://example.com/') === null)).toBe(true);
  expect(await page.evaluate(() => window.open('about:blank') === null)).toBe(true);
  const count = await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
  expect(count).toBe(1);
});

test('serves the page with a policy and a fresh nonce each time', async () => {
  const load = () =>
    page.evaluate(async () => {
      const response = await fetch('/index.html');
      return {
        policy: response.headers.get('content-security-policy') ?? '',
        sniffing: response.headers.get('x-content-type-options'),
        text: await response.text(),
      };
    });
  const [first, second] = [await load(), await load()];
  expect(first.policy).toContain(`default-src 'none'`);
  expect(first.policy).not.toContain('unsafe');
  expect(first.sniffing).toBe('nosniff');
  const nonce = /'nonce-([^']+)'/.exec(first.policy)?.[1] ?? '';
  expect(nonce).not.toBe('');
  expect(first.text).toContain(`nonce="${nonce}"`);
  expect(second.policy).not.toContain(nonce);
});

test('runs no script that was written into the page', async () => {
  const ran = await page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'document.documentElement.dataset.injected = "yes"';
    document.head.append(script);
    await new Promise((resolve) => setTimeout(resolve, 100));
    script.remove();
    return document.documentElement.dataset['injected'] !== undefined;
  });
  expect(ran).toBe(false);
});

test('serves nothing outside the built page', async () => {
  expect(await fetchStatus('/index.html')).toBe(200);
  for (const address of [
    '/..%2f..%2fpackage.json',
    '/assets/..%2f..%2f..%2fpackage.json',
    '/%2e%2e%2f%2e%2e%2fpackage.json',
  ])
    expect(await fetchStatus(address)).toBe(403);
  for (const address of ['/../../package.json', '/nothing.js']) expect(await fetchStatus(address)).toBe(404);
});

test('takes no path for a picture', async () => {
  for (const address of [
    'lab-media://thumb/..%2f..%2fetc%2fpasswd/0',
    'lab-media://frame/etc/passwd',
    'lab-media://file/r/0',
    'lab-media://thumb/r/0?s=999999',
  ])
    expect(await fetchStatus(address)).toBe(400);
});

test('reaches no network, from the page or its session', async () => {
  expect(await fetchStatus('https://example.com/')).toBe('refused');
  const fromSession = await desktop.app.evaluate(async ({ session }) => {
    try {
      await session.defaultSession.fetch('https://example.com/');
      return 'reached';
    } catch (error) {
      return String(error);
    }
  });
  expect(fromSession).toContain('ERR_BLOCKED_BY_CLIENT');
});

test('grants no permissions; the microphone not even with the camera', async () => {
  const answers = await page.evaluate(async () => ({
    notifications: await Notification.requestPermission(),
    microphone: await navigator.mediaDevices.getUserMedia({ video: true, audio: true }).then(
      () => 'granted',
      (error: unknown) => (error instanceof DOMException ? error.name : 'error'),
    ),
  }));
  expect(answers.notifications).toBe('denied');
  expect(answers.microphone).toMatch(/NotAllowedError|NotFoundError/);
});

test('gives ports to its own page only', async () => {
  const received = await desktop.app.evaluate(
    async ({ BrowserWindow }, preload) => {
      const foreign = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
      await foreign.loadURL('data:text/html,<title>foreign</title>');
      const ports: unknown = await foreign.webContents.executeJavaScript(`new Promise((resolve) => {
      let ports = 0;
      addEventListener('message', (event) => { ports += event.ports.length; });
      postMessage({ kind: 'relief:ready' }, '*');
      setTimeout(() => resolve(ports), 500);
    })`);
      foreign.destroy();
      return ports;
    },
    join(root, 'dist', 'preload.cjs'),
  );
  expect(received).toBe(0);
  expect(desktop.log()).toContain('refused a port to data:text/html');
});
