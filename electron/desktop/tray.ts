import { join } from 'node:path';
import { Menu, nativeImage, type NativeImage, Tray } from 'electron';
import { applicationRoot } from '@workbench/project/paths';
import type { JobWatch } from './job-watch';
import { inShort } from './job-words';
import { hasTrayHost } from './tray-host';
import { withProgressBar } from './tray-picture';

export interface TrayActions {
  readonly show: () => void;
  readonly quit: () => void;
}

const size = process.platform === 'darwin' ? 18 : 22;

/**
 * The icon in the tray, from the first job on that runs: how far it is, what waits, and the ways to show and to quit
 * Relief. Where the platform has no tray there is none.
 */
export class JobTray {
  private tray: Tray | null = null;
  private asking = false;
  private drawn = '';
  private readonly icon = loadIcon();

  constructor(
    private readonly jobs: JobWatch,
    private readonly actions: TrayActions,
  ) {
    jobs.changed.subscribe(() => {
      void this.update();
    });
  }

  /** Whether the application can still be reached when its window is closed. */
  get isShown(): boolean {
    return this.tray !== null;
  }

  private async update(): Promise<void> {
    const { active, share, lines } = inShort(this.jobs.all);
    if (!this.tray) {
      if (active.length === 0 || this.asking) return;
      this.asking = true;
      const isThere = await hasTrayHost();
      this.asking = false;
      if (!isThere) return;
      this.tray = new Tray(this.icon);
      this.tray.on('click', this.actions.show);
    }
    const percent = share === null ? null : Math.floor(100 * share);
    const look = JSON.stringify([percent, lines]);
    if (look === this.drawn) return;
    this.drawn = look;
    this.tray.setImage(share === null ? this.icon : withBar(this.icon, share));
    this.tray.setToolTip(['Relief', ...lines].join('\n'));
    if (process.platform === 'darwin') this.tray.setTitle(percent === null ? '' : `${percent} %`);
    this.tray.setContextMenu(
      Menu.buildFromTemplate([
        ...lines.map((label) => ({ label, enabled: false })),
        { type: 'separator' },
        { label: 'Show Relief', click: this.actions.show },
        { label: 'Quit Relief', click: this.actions.quit },
      ]),
    );
  }
}

function loadIcon(): NativeImage {
  const image = nativeImage.createFromPath(join(applicationRoot, 'build', 'icons', 'icon.png'));
  return image.resize({ width: size, height: size, quality: 'best' });
}

function withBar(icon: NativeImage, share: number): NativeImage {
  const { width, height } = icon.getSize();
  const pixels = withProgressBar(icon.toBitmap(), width, height, share);
  return nativeImage.createFromBitmap(Buffer.from(pixels), { width, height });
}
