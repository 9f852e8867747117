import { ipcRenderer } from 'electron';
import { portKind, readyKind } from '@shared/contract/handover';

// Exposes nothing. Passes the page's wish for its ports to main, and what main sends back to the page.
window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (event.source === window && event.origin === window.location.origin && isReady(event.data))
    ipcRenderer.send(readyKind);
});

ipcRenderer.on(portKind, (event, message: unknown) => {
  if (event.ports.length === 1) window.postMessage(message, window.location.origin, event.ports);
});

function isReady(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'kind' in data && data.kind === readyKind;
}
