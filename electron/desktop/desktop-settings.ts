import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ThemeChoice } from '@shared/contract/desktop';
import { z } from '@shared/zod';

export const WindowPlace = z.strictObject({
  x: z.int(),
  y: z.int(),
  width: z.int().positive(),
  height: z.int().positive(),
  maximized: z.boolean(),
});
export type WindowPlace = z.infer<typeof WindowPlace>;

/** What the desktop side remembers of a person, in `desktop.json` of the application's home. */
const Settings = z.strictObject({
  theme: ThemeChoice,
  window: WindowPlace.nullable(),
  /** Folders chosen in native dialogs: the workbench may read these and what lies below. */
  grantedFolders: z.array(z.string()),
  /** Whether it was said that a closed window leaves an icon in the tray. */
  toldOfTray: z.boolean().default(false),
});
export type Settings = z.infer<typeof Settings>;

const initial: Settings = { theme: 'system', window: null, grantedFolders: [], toldOfTray: false };

/** The settings file: read once, written whole at every change. */
export class DesktopSettings {
  private settings: Settings;

  constructor(private readonly file: string) {
    this.settings = read(file);
  }

  get current(): Settings {
    return this.settings;
  }

  change(part: Partial<Settings>): void {
    this.settings = { ...this.settings, ...part };
    mkdirSync(dirname(this.file), { recursive: true });
    const temporary = `${this.file}.tmp`;
    writeFileSync(temporary, JSON.stringify(this.settings, null, 2));
    renameSync(temporary, this.file);
  }
}

/** A missing or damaged file means the initial settings: nothing in it is worth refusing to start for. */
function read(file: string): Settings {
  try {
    const parsed = Settings.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data : initial;
  } catch {
    return initial;
  }
}
