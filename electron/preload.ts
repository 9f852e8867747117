import { ipcRenderer, webUtils } from 'electron';
import { droppedKind, portKind, readyKind } from '@shared/contract/handover';

// Exposes nothing. Passes the page's wish for its ports to main, what main sends back to the page, and to main what a person
// drops on the window.
window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (event.source === window && event.origin === window.location.origin && isReady(event.data))
    ipcRenderer.send(readyKind);
});

ipcRenderer.on(portKind, (event, message: unknown) => {
  if (event.ports.length === 1) window.postMessage(message, window.location.origin, event.ports);
});

window.addEventListener(
  'drop',
  (event) => {
    const file = event.isTrusted ? event.dataTransfer?.files[0] : undefined;
    const path = file ? pathOf(file) : '';
    if (path !== '') ipcRenderer.send(droppedKind, path);
  },
  true,
);

function isReady(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'kind' in data && data.kind === readyKind;
}

/** Where a dropped file lies; empty for one that a page has made. Older Electrons write it on the file itself. */
function pathOf(file: File): string {
  const utilities = webUtils as typeof webUtils | undefined;
  if (utilities) return utilities.getPathForFile(file);
  return 'path' in file && typeof file.path === 'string' ? file.path : '';
}
