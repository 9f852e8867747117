// The workbench process: an Electron utility process that serves the contract to the window (and to main) on ports.
import { workbenchContract } from '@shared/contract/channels';
import { HostMessage, type WorkbenchReady } from '@shared/contract/host';
import { messagePort, type MessagePortMainLike } from '@shared/contract/message-port';
import { serve } from '@shared/contract/peer';
import { createService } from './service';
import { GrantedFolders } from './service/grants';

/** How the utility process hears main; Electron adds it to `process`. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown; ports: MessagePortMainLike[] }) => void): void;
}

/** Jobs started from a window yield to it. */
const jobNiceness = '5';

function parentPort(): ParentPort {
  const found: unknown = Reflect.get(process, 'parentPort');
  if (isParentPort(found)) return found;
  throw new Error('this entry runs as an Electron utility process');
}

function isParentPort(value: unknown): value is ParentPort {
  return typeof value === 'object' && value !== null && 'postMessage' in value && 'on' in value;
}

function log(text: string): void {
  process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
}

function main(): void {
  process.env['RELIEF_JOB_NICE'] ??= jobNiceness;
  // A rejection that nobody handles is a bug; the host restarts the process and says so.
  process.on('unhandledRejection', (reason) => {
    log(`unhandled rejection: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`);
    process.exit(1);
  });
  const host = parentPort();
  const grants = new GrantedFolders();
  const service = createService({ role: 'window', grants, log });
  /** Held so that no port is collected, which would close it. */
  const clients = new Set<MessagePortMainLike>();

  host.on('message', ({ data, ports }) => {
    const message = HostMessage.safeParse(data);
    if (!message.success) {
      log(`main said something unknown: ${message.error.message}`);
      return;
    }
    switch (message.data.kind) {
      case 'connect': {
        const [port] = ports;
        if (!port) return;
        clients.add(port);
        port.on('close', () => {
          clients.delete(port);
        });
        serve(workbenchContract, service.implementation, messagePort(port), {
          onInternalError: (error, channel) => {
            log(`${channel}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
          },
        });
        return;
      }
      case 'grant':
        grants.add(message.data.folders);
        return;
      case 'shutdown':
        void service.end().finally(() => process.exit(0));
        return;
    }
  });
  host.postMessage({ kind: 'ready' } satisfies WorkbenchReady);
}

main();
