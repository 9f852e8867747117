import { resolve } from 'node:path';
import { isWithin } from '@workbench/project/within';
import type { DesktopSettings } from './desktop-settings';
import { Signal } from './signal';

/** The folders that a person has opened to Relief through a native dialog; kept from start to start. */
export class GrantedFolders {
  readonly granted = new Signal<string>();

  constructor(private readonly settings: DesktopSettings) {}

  get all(): readonly string[] {
    return this.settings.current.grantedFolders;
  }

  grant(folder: string): void {
    const path = resolve(folder);
    if (!this.covers(path)) this.settings.change({ grantedFolders: [...this.all, path] });
    this.granted.emit(path);
  }

  /** Whether a path is a granted folder or lies below one. */
  covers(path: string): boolean {
    return this.all.some((folder) => isWithin(folder, resolve(path)));
  }
}
