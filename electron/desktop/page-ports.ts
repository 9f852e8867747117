import { MessageChannelMain, type MessagePortMain, type WebFrameMain, ipcMain } from 'electron';
import { desktopContract } from '@shared/contract/desktop';
import type { DesktopContract, PortMessage } from '@shared/contract/desktop';
import { portKind, readyKind } from '@shared/contract/handover';
import { messagePort } from '@shared/contract/message-port';
import { type Implementation, serve } from '@shared/contract/peer';
import { isTrustedSender } from './security/sender';
import type { WorkbenchHost } from './workbench-host';

/**
 * Hands the page its ports when it asks for them, once its frame has been checked: one to main, one to the workbench,
 * and again one to each new workbench process. Ports end with the page that they were given to.
 */
export function handPortsToPages(
  host: WorkbenchHost,
  implementation: Implementation<DesktopContract>,
  log: (source: string, text: string) => void,
): void {
  /** Held so that no port is collected, which would close it. */
  const held = new Map<WebFrameMain, MessagePortMain[]>();

  const give = (frame: WebFrameMain, of: PortMessage['of'], port: MessagePortMain) => {
    frame.postMessage(portKind, { kind: portKind, of } satisfies PortMessage, [port]);
  };

  const giveWorkbench = (frame: WebFrameMain) => {
    const port = host.openPort();
    if (port) give(frame, 'workbench', port);
  };

  // The window's only way to speak to main.
  ipcMain.on(readyKind, ({ sender, senderFrame: frame }) => {
    if (!frame || !isTrustedSender(frame)) {
      log('main', `refused a port to ${frame?.url ?? 'a frame that is gone'}`);
      return;
    }
    const { port1, port2 } = new MessageChannelMain();
    const before = held.get(frame);
    for (const port of before ?? []) port.close();
    // The frame stays when its page is loaded anew. Until the new page asks, it must get no port of a workbench that becomes
    // ready: a second one would follow, and end what was asked over the first.
    if (!before) sender.once('did-navigate', () => held.delete(frame));
    held.set(frame, [port1]);
    serve(desktopContract, implementation, messagePort(port1), {
      onInternalError: (error, channel) => {
        log('main', `${channel}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      },
    });
    give(frame, 'desktop', port2);
    giveWorkbench(frame);
  });

  host.changed.subscribe(({ state }) => {
    if (state !== 'ready') return;
    for (const frame of held.keys()) {
      if (isAlive(frame)) giveWorkbench(frame);
      else held.delete(frame);
    }
  });
}

/** A frame that is gone throws whatever it is asked. */
function isAlive(frame: WebFrameMain): boolean {
  try {
    return isTrustedSender(frame);
  } catch {
    return false;
  }
}
