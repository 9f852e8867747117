import { statSync } from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { ipcMain } from 'electron';
import type { DroppedPath } from '@shared/contract/desktop';
import { droppedKind } from '@shared/contract/handover';
import { z } from '@shared/zod';
import type { GrantedFolders } from './granted-folders';
import { isTrustedSender } from './security/sender';
import { Signal } from './signal';

const Path = z.string().min(1).max(4096).refine(isAbsolute);

/**
 * Hears from the preload script what a person has dropped on the window. It reads the path off the dropped file itself, which a
 * page cannot make up; what was dropped is then as good as chosen in a dialog.
 */
export function hearDrops(folders: GrantedFolders, log: (source: string, text: string) => void): Signal<DroppedPath> {
  const dropped = new Signal<DroppedPath>();
  ipcMain.on(droppedKind, ({ senderFrame: frame }, given: unknown) => {
    const path = Path.safeParse(given);
    if (!frame || !isTrustedSender(frame) || !path.success) {
      log('main', `refused a drop from ${frame?.url ?? 'a frame that is gone'}`);
      return;
    }
    const kind = kindOf(path.data);
    if (!kind) return;
    folders.grant(kind === 'folder' ? path.data : dirname(path.data));
    dropped.emit({ path: path.data, kind });
  });
  return dropped;
}

function kindOf(path: string): DroppedPath['kind'] | null {
  try {
    const found = statSync(path);
    return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : null;
  } catch {
    return null; // Gone since.
  }
}
