import { AppError } from '@shared/contract/errors';
import { type Client, connect, type Contract, type PortLike } from '@shared/contract/peer';

/** A client that outlives its port. */
export interface ClosableConnection<C extends Contract> {
  readonly client: Client<C>;
  /** Goes on with a fresh port; calls under way on the old one end as `disconnected`. */
  readonly take: (port: MessagePort) => void;
  /** The other side is known to be gone: ends what is under way. Later calls wait for the next port. */
  readonly lose: () => void;
}

/** A contract over ports that come one after another. Calls made while there is none wait for the next. */
export function openConnection<C extends Contract>(contract: C): ClosableConnection<C> {
  let current: { client: Client<C>; close: () => void } | undefined;
  let waiting: ((client: Client<C>) => void)[] = [];

  const next = () =>
    current
      ? Promise.resolve(current.client)
      : new Promise<Client<C>>((resolve) => {
          waiting.push(resolve);
        });
  const lose = () => {
    const lost = current;
    current = undefined;
    lost?.close();
  };

  return {
    client: forward(contract, next),
    take(port) {
      lose();
      const wrapped = wrapPort(port);
      const client = connect(contract, wrapped);
      wrapped.onClose(() => {
        if (current?.client === client) current = undefined;
      });
      current = { client, close: wrapped.close };
      for (const resolve of waiting) resolve(client);
      waiting = [];
    },
    lose,
  };
}

/** A message port of the page as the peer wants it. Old Chromium never tells that the other end has closed. */
function wrapPort(port: MessagePort): PortLike & { readonly close: () => void } {
  const listeners = new Set<() => void>();
  const close = () => {
    for (const closed of listeners) closed();
    listeners.clear();
    port.close();
  };
  port.addEventListener('close', close);
  return {
    post: (message) => {
      port.postMessage(message);
    },
    onMessage: (receive) => {
      port.addEventListener('message', (event) => {
        receive(event.data);
      });
      port.start();
    },
    onClose: (closed) => {
      listeners.add(closed);
    },
    close,
  };
}

/** A client whose every call goes to the one that is current when it is made. */
function forward<C extends Contract>(contract: C, next: () => Promise<Client<C>>): Client<C> {
  type AnyCall = (input: unknown, signal?: AbortSignal) => unknown;
  // Channels are known by name only in here; for callers the contract ties each name to its types.
  const callOf = (client: Client<C>, channel: string): AnyCall => {
    const call = (client as unknown as Record<string, AnyCall | undefined>)[channel];
    if (!call) throw new AppError('bad-request', `no channel "${channel}"`);
    return call;
  };
  async function once(channel: string, input: unknown, signal?: AbortSignal): Promise<unknown> {
    return callOf(await next(), channel)(input, signal);
  }
  async function* stream(channel: string, input: unknown, signal?: AbortSignal): AsyncGenerator<unknown, void> {
    yield* callOf(await next(), channel)(input, signal) as AsyncIterable<unknown>;
  }
  return Object.fromEntries(
    Object.entries(contract).map(([channel, definition]) => [
      channel,
      (input: unknown, signal?: AbortSignal) =>
        'out' in definition ? once(channel, input, signal) : stream(channel, input, signal),
    ]),
  ) as unknown as Client<C>;
}
