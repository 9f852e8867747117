import { dirname, join } from 'node:path';
import { type BrowserWindow, app, dialog, nativeTheme, session } from 'electron';
import type { MenuCommand } from '@shared/contract/desktop';
import { appHome } from '@workbench/project/app-home';
import { distFile } from '@workbench/project/paths';
import { DesktopSettings } from './desktop-settings';
import { createDesktopService } from './desktop-service';
import { GrantedFolders } from './granted-folders';
import { openLog } from './log-file';
import { openMainWindow } from './main-window';
import { installMenu } from './menu';
import { JobWatch } from './job-watch';
import { hearDrops } from './drops';
import { inShort } from './job-words';
import { notify, notifyOfJobs } from './notifications';
import { handPortsToPages } from './page-ports';
import { serveBundle } from './protocols/bundle';
import { serveMedia } from './protocols/media';
import { registerSchemes } from './protocols/schemes';
import { Quitting } from './quitting';
import { guardEveryPage, guardSession } from './security/guard';
import { Signal } from './signal';
import { JobTray } from './tray';
import { WorkbenchHost } from './workbench-host';

/** Brings up the desktop side: one window, one workbench process. */
export async function startDesktop(): Promise<void> {
  const home = appHome();
  app.setPath('userData', join(home, 'chromium'));
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  registerSchemes();
  guardEveryPage();

  const log = openLog(join(home, 'logs', 'desktop.log'), !app.isPackaged);
  const settings = new DesktopSettings(join(home, 'desktop.json'));
  nativeTheme.themeSource = settings.current.theme;
  const folders = new GrantedFolders(settings);
  const host = new WorkbenchHost({
    file: distFile('workbench.cjs'),
    environment: workbenchEnvironment(home),
    grantedFolders: () => folders.all,
    log,
  });
  folders.granted.subscribe((folder) => {
    host.grant(folder);
  });
  const menuCommands = new Signal<MenuCommand>();
  let window: BrowserWindow | null = null;
  const showWindow = () => {
    if (window) {
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
      return;
    }
    window = openMainWindow(settings, log);
    window.on('closed', () => {
      window = null;
    });
  };

  app.on('second-instance', showWindow);
  app.on('activate', showWindow);
  const jobs = new JobWatch(host);
  quitAfter(() => host.stop());

  await app.whenReady();
  const quitting = new Quitting({ jobs, host, window: () => window, log });
  const tray = new JobTray(jobs, {
    show: showWindow,
    quit: () => {
      app.quit();
    },
  });
  app.on('window-all-closed', () => {
    if (process.platform === 'darwin') return;
    // With an icon in the tray training can be watched and ended from there; without one it goes on by itself.
    if (tray.isShown && inShort(jobs.all).active.length > 0) tellOfTray(settings, showWindow);
    else quitting.leave();
  });
  jobs.changed.subscribe(() => {
    const { share } = inShort(jobs.all);
    window?.setProgressBar(share ?? -1);
  });
  guardSession(session.defaultSession);
  serveBundle(session.defaultSession, dirname(distFile('renderer/index.html')));
  serveMedia(session.defaultSession, () => host.whenReady());
  const dropped = hearDrops(folders, log);
  handPortsToPages(
    host,
    createDesktopService({ window: () => window, settings, folders, host, menuCommands, dropped }),
    log,
  );
  notifyOfJobs(jobs, () => window?.isFocused() === true, showWindow);
  installMenu(menuCommands);
  host.start();
  showWindow();
}

/** Says once where the application has gone. */
function tellOfTray(settings: DesktopSettings, open: () => void): void {
  if (settings.current.toldOfTray) return;
  settings.change({ toldOfTray: true });
  notify({ title: 'Training goes on', body: 'Relief is in the tray: show it again or quit it from there.' }, open);
}

/** Tells why Relief cannot start, and ends it. */
export function reportFatalError(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`Relief cannot start: ${message}\n`);
  dialog.showErrorBox('Relief cannot start', message);
  app.exit(1);
}

/** What the workbench process gets to see: the environment as it is, and where a person's data are. */
function workbenchEnvironment(home: string): Record<string, string> {
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(inherited), RELIEF_HOME: home };
}

/** Holds the end of the application back until some work is done; by then every window is closed. */
function quitAfter(work: () => Promise<void>): void {
  app.on('will-quit', (event) => {
    event.preventDefault();
    void work().finally(() => {
      app.exit(0);
    });
  });
}
