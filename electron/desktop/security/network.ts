import type { Session } from 'electron';

/**
 * Nothing leaves the machine: the window never speaks to the network, in development neither, as even then its files
 * come from the application's own protocol.
 * https://www.electronjs.org/docs/latest/tutorial/security#1-only-load-secure-content
 */
export function denyNetwork(session: Session): void {
  session.webRequest.onBeforeRequest(
    { urls: ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'ftp://*/*', 'file:///*'] },
    (_details, answer) => {
      answer({ cancel: true });
    },
  );
}
