import type { ChildProcess } from 'node:child_process';
import type { PortLike } from '@shared/contract/peer';

/** The typed peer's port over a child process's channel, at the parent's end. */
export function childPort(child: ChildProcess): PortLike {
  return {
    post(message) {
      if (child.connected) child.send(asSendable(message));
    },
    onMessage(receive) {
      child.on('message', receive);
    },
    onClose(closed) {
      child.once('exit', closed);
    },
  };
}

/** The same at the child's end. */
export function parentPort(): PortLike {
  return {
    post(message) {
      if (process.connected) process.send?.(message);
    },
    onMessage(receive) {
      process.on('message', receive);
    },
    onClose(closed) {
      process.once('disconnect', closed);
    },
  };
}

/** Messages of the peer are objects; the channel's type asks to hear it. */
function asSendable(message: unknown): object {
  if (typeof message === 'object' && message !== null) return message;
  throw new TypeError('only objects travel over a process channel');
}
