import { dirname } from 'node:path';
import { type BrowserWindow, type OpenDialogOptions, app, dialog, nativeTheme, shell } from 'electron';
import type { DesktopContract, DroppedPath, MenuCommand } from '@shared/contract/desktop';
import { AppError } from '@shared/contract/errors';
import type { Implementation } from '@shared/contract/peer';
import type { DesktopSettings } from './desktop-settings';
import type { GrantedFolders } from './granted-folders';
import { printPage } from './print-page';
import type { Signal } from './signal';
import type { WorkbenchHost } from './workbench-host';

export interface DesktopServiceParts {
  readonly window: () => BrowserWindow | null;
  readonly settings: DesktopSettings;
  readonly folders: GrantedFolders;
  readonly host: WorkbenchHost;
  readonly menuCommands: Signal<MenuCommand>;
  readonly dropped: Signal<DroppedPath>;
}

/** Answers what the window asks of the desktop. */
export function createDesktopService(parts: DesktopServiceParts): Implementation<DesktopContract> {
  const { settings, folders, host, menuCommands, dropped } = parts;

  const choose = async (options: OpenDialogOptions): Promise<string | null> => {
    const window = parts.window();
    const { canceled, filePaths } = window
      ? await dialog.showOpenDialog(window, options)
      : await dialog.showOpenDialog(options);
    return canceled ? null : (filePaths[0] ?? null);
  };

  return {
    'desktop.info': () =>
      Promise.resolve({
        version: app.getVersion(),
        electron: process.versions.electron,
        chromium: process.versions.chrome,
        platform: knownPlatform(),
        packaged: app.isPackaged,
        theme: settings.current.theme,
      }),

    'desktop.chooseFolder': async ({ title, purpose, button }) => {
      const path = await choose({
        title,
        properties: purpose === 'create' ? ['openDirectory', 'createDirectory'] : ['openDirectory'],
        ...(button === undefined ? {} : { buttonLabel: button }),
      });
      if (path !== null) folders.grant(path);
      return { path };
    },

    'desktop.chooseFile': async ({ title, filters }) => {
      const path = await choose({ title, filters, properties: ['openFile'] });
      // A table of samples names files beside it.
      if (path !== null) folders.grant(dirname(path));
      return { path };
    },

    'desktop.reveal': ({ path }) => {
      if (!folders.covers(path))
        return Promise.reject(new AppError('permission', `${path} lies outside the folders that were opened.`));
      shell.showItemInFolder(path);
      return Promise.resolve({});
    },

    'desktop.printPage': async ({ path }) => {
      if (!folders.covers(path)) throw new AppError('permission', `${path} lies outside the folders that were opened.`);
      return { path: await printPage(path) };
    },

    'desktop.setTheme': ({ theme }) => {
      settings.change({ theme });
      nativeTheme.themeSource = theme;
      return Promise.resolve({});
    },

    'desktop.menuCommands': (_input, abort) => menuCommands.stream(abort),
    'desktop.dropped': (_input, abort) => dropped.stream(abort),
    'desktop.workbenchStatus': (_input, abort) => host.changed.stream(abort, [host.status]),
    'desktop.restartWorkbench': () => {
      host.restart();
      return Promise.resolve({});
    },
  };
}

function knownPlatform(): 'linux' | 'darwin' | 'win32' | 'other' {
  const { platform } = process;
  return platform === 'linux' || platform === 'darwin' || platform === 'win32' ? platform : 'other';
}
