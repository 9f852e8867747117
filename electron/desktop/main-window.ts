import { join } from 'node:path';
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { applicationRoot, distFile } from '@workbench/project/paths';
import type { DesktopSettings } from './desktop-settings';
import { RestartBudget } from './restart-budget';
import { bundleOrigin } from './security/sender';
import { placeWindow, smallestSize } from './window-place';

/** Background before the page has painted; `--bg-app` of both themes. */
const background = { dark: '#0f1114', light: '#eff1f4' };

/** Opens the one window where it was last, and shows it when its page has painted. */
export function openMainWindow(settings: DesktopSettings, log: (source: string, text: string) => void): BrowserWindow {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  const remembered = settings.current.window;
  const window = new BrowserWindow({
    ...placeWindow(
      remembered,
      [primary, ...others].map(({ workArea }) => workArea),
    ),
    minWidth: smallestSize.width,
    minHeight: smallestSize.height,
    title: 'Relief',
    icon: join(applicationRoot, 'build', 'icons', 'icon.png'),
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? background.dark : background.light,
    webPreferences: {
      preload: distFile('preload.cjs'),
      // Defaults of Electron, spelled out because all else rests on them.
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      // The spell checker would download dictionaries.
      spellcheck: false,
    },
  });
  if (remembered?.maximized === true) window.maximize();
  window.once('ready-to-show', () => {
    window.show();
  });
  window.on('close', () => {
    settings.change({ window: { ...window.getNormalBounds(), maximized: window.isMaximized() } });
  });
  reloadAfterCrash(window, log);
  void window.loadURL(`${bundleOrigin}/index.html`);
  return window;
}

/** A page process that dies is loaded again, at most three times in ten minutes: the page holds nothing of its own. */
function reloadAfterCrash(window: BrowserWindow, log: (source: string, text: string) => void): void {
  const budget = new RestartBudget(3, 10 * 60_000);
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    log('main', `page process gone: ${reason}, exit code ${exitCode}`);
    if (reason !== 'clean-exit' && budget.take(Date.now())) window.webContents.reload();
  });
}
