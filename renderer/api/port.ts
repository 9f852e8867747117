import { type ClosableConnection, openConnection } from './connection';
import { type WorkbenchContract, workbenchContract } from '@shared/contract/channels';
import { type DesktopContract, desktopContract, PortMessage, readyMessage } from '@shared/contract/desktop';

export interface Connections {
  readonly workbench: ClosableConnection<WorkbenchContract>;
  readonly desktop: ClosableConnection<DesktopContract>;
}

/** Asks the preload script for the page's ports and connects each as it arrives; see `shared/contract/desktop.ts`. */
export function receiveConnections(page: Window): Connections {
  const connections = { workbench: openConnection(workbenchContract), desktop: openConnection(desktopContract) };
  page.addEventListener('message', (event) => {
    const message = PortMessage.safeParse(event.data);
    const [port] = event.ports;
    if (event.source !== page || !message.success || !port) return;
    connections[message.data.of].take(port);
  });
  page.postMessage(readyMessage, page.location.origin);
  return connections;
}
