import { z } from '@shared/zod';
import { portKind, readyKind } from './handover';
import type { Contract } from './peer';

/**
 * How the page gets its two ports. The page asks once it listens; the preload script passes the wish on, and hands over
 * what main sends back, after checking it. Nothing else crosses the preload script.
 *
 * 1. page → preload: `window.postMessage(readyMessage, location.origin)`
 * 2. preload → page: a `message` event with data {@link PortMessage} and the port in `event.ports[0]`. `desktop` comes
 *    once a load; `workbench` comes again, with a fresh port, whenever the workbench process was started anew.
 */
export const readyMessage = { kind: readyKind } as const;

export const PortMessage = z.strictObject({
  kind: z.literal(portKind),
  /** `workbench` speaks `workbenchContract`, `desktop` speaks {@link desktopContract}. */
  of: z.enum(['workbench', 'desktop']),
});
export type PortMessage = z.infer<typeof PortMessage>;

const Nothing = z.strictObject({});

/** What the native menu (and its shortcuts) asks of the page. */
export const MenuCommand = z.enum([
  'new-project',
  'open-project',
  'close-project',
  'import-dataset',
  'show-datasets',
  'show-experiments',
  'show-runs',
  'show-depth',
  'show-reports',
  'show-settings',
  'command-palette',
  'keyboard-shortcuts',
]);
export type MenuCommand = z.infer<typeof MenuCommand>;

export const DroppedPath = z.strictObject({ path: z.string(), kind: z.enum(['folder', 'file']) });
export type DroppedPath = z.infer<typeof DroppedPath>;

/** `crashed` is final until someone asks for a restart; short of that the workbench is started again by itself. */
export const WorkbenchState = z.enum(['stopped', 'starting', 'ready', 'crashed']);
export type WorkbenchState = z.infer<typeof WorkbenchState>;

export const WorkbenchStatus = z.strictObject({
  state: WorkbenchState,
  /** Times it was started again since the window opened. */
  restarts: z.int().nonnegative(),
  /** Why it ended last, in words; null when it never did. */
  message: z.string().nullable(),
});
export type WorkbenchStatus = z.infer<typeof WorkbenchStatus>;

export const ThemeChoice = z.enum(['system', 'dark', 'light']);
export type ThemeChoice = z.infer<typeof ThemeChoice>;

const FileFilter = z.strictObject({
  name: z.string().min(1).max(80),
  /** Without the dot. */
  extensions: z.array(z.string().regex(/^[a-z0-9]+$/i)).min(1),
});

/** What the window asks of main: only what needs the desktop itself. */
export const desktopContract = {
  'desktop.info': {
    in: Nothing,
    out: z.strictObject({
      version: z.string(),
      electron: z.string(),
      chromium: z.string(),
      platform: z.enum(['linux', 'darwin', 'win32', 'other']),
      packaged: z.boolean(),
      theme: ThemeChoice,
    }),
  },
  /** A native dialog; the folder chosen becomes readable for the workbench. Null when cancelled. */
  'desktop.chooseFolder': {
    in: z.strictObject({
      title: z.string().min(1).max(120),
      /** `create` lets the dialog make a new folder. */
      purpose: z.enum(['open', 'create']),
      button: z.string().min(1).max(40).optional(),
    }),
    out: z.strictObject({ path: z.string().nullable() }),
  },
  /** A native dialog; the file chosen and its folder become readable for the workbench. Null when cancelled. */
  'desktop.chooseFile': {
    in: z.strictObject({ title: z.string().min(1).max(120), filters: z.array(FileFilter).max(8) }),
    out: z.strictObject({ path: z.string().nullable() }),
  },
  /** Prints an HTML file inside a granted folder to a PDF beside it. */
  'desktop.printPage': {
    in: z.strictObject({ path: z.string().regex(/\.html$/, 'an HTML file ends in .html') }),
    out: z.strictObject({ path: z.string() }),
  },
  /** Shows a file or folder below a granted folder in the system's file manager. */
  'desktop.reveal': { in: z.strictObject({ path: z.string().min(1) }), out: Nothing },
  'desktop.setTheme': { in: z.strictObject({ theme: ThemeChoice }), out: Nothing },
  'desktop.menuCommands': { in: Nothing, item: MenuCommand },
  /** What a person drops on the window; as from a dialog, a folder, or a file's own folder, becomes readable. */
  'desktop.dropped': { in: Nothing, item: DroppedPath },
  /** First the present status, then every change. */
  'desktop.workbenchStatus': { in: Nothing, item: WorkbenchStatus },
  /** Starts a crashed workbench again. */
  'desktop.restartWorkbench': { in: Nothing, out: Nothing },
} as const satisfies Contract;

export type DesktopContract = typeof desktopContract;
