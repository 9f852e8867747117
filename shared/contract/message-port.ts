import type { PortLike } from './peer';

/** Electron's `MessagePortMain`, by shape: main and the workbench process hold such ports. */
export interface MessagePortMainLike {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

/**
 * A main-side message port as the peer wants it. The port starts when the first listener is set, so nothing that was
 * sent before is lost. Posting to a port whose other end has gone is silently dropped, as the close event tells.
 */
export function messagePort(port: MessagePortMainLike): PortLike & { close(): void } {
  let open = true;
  port.on('close', () => {
    open = false;
  });
  return {
    post(message) {
      if (open) port.postMessage(message);
    },
    onMessage(receive) {
      port.on('message', ({ data }) => {
        receive(data);
      });
      port.start();
    },
    onClose(closed) {
      port.on('close', closed);
    },
    close() {
      open = false;
      port.close();
    },
  };
}
