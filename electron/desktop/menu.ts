import { Menu, type MenuItemConstructorOptions, app } from 'electron';
import type { MenuCommand } from '@shared/contract/desktop';
import type { Signal } from './signal';

/** The native menu: every item either is the system's own or tells the page what to do. */
export function installMenu(commands: Signal<MenuCommand>): void {
  const item = (label: string, command: MenuCommand, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    ...(accelerator === undefined ? {} : { accelerator }),
    click: () => {
      commands.emit(command);
    },
  });
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const isMac = process.platform === 'darwin';

  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        item('New project…', 'new-project', 'CmdOrCtrl+Shift+N'),
        item('Open project…', 'open-project', 'CmdOrCtrl+O'),
        item('Close project', 'close-project'),
        separator,
        item('Import dataset…', 'import-dataset', 'CmdOrCtrl+I'),
        separator,
        item('Settings', 'show-settings', 'CmdOrCtrl+,'),
        separator,
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        item('Datasets', 'show-datasets', 'CmdOrCtrl+1'),
        item('Experiments', 'show-experiments', 'CmdOrCtrl+2'),
        item('Runs', 'show-runs', 'CmdOrCtrl+3'),
        item('Depth', 'show-depth', 'CmdOrCtrl+4'),
        item('Reports', 'show-reports', 'CmdOrCtrl+5'),
        separator,
        item('Command palette', 'command-palette', 'CmdOrCtrl+K'),
        separator,
        { role: 'reload' },
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    { role: 'help', submenu: [item('Keyboard shortcuts', 'keyboard-shortcuts')] },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
