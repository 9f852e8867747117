import { app, type Session } from 'electron';
import { denyNetwork } from './network';
import { lockNavigation } from './navigation';
import { denyPermissions } from './permissions';
import { denyWebview } from './webview';
import { denyWindowOpen } from './window-open';

/** Applies the rules that hold for every page, whoever created it. Call before the first window. */
export function guardEveryPage(): void {
  app.on('web-contents-created', (_event, contents) => {
    lockNavigation(contents);
    denyWindowOpen(contents);
    denyWebview(contents);
  });
}

/** Applies the rules of a session. */
export function guardSession(session: Session): void {
  denyPermissions(session);
  denyNetwork(session);
}
