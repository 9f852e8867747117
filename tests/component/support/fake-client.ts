import type { DesktopClient, WorkbenchClient } from '@renderer/api/client';
import { type WorkbenchContract, workbenchContract } from '@shared/contract/channels';
import { type DesktopContract, desktopContract } from '@shared/contract/desktop';
import { AppError } from '@shared/contract/errors';
import { connect, type Contract, type Implementation, type PortLike, serve } from '@shared/contract/peer';

type Part<C extends Contract> = Partial<Implementation<C>>;

/** Two ends of a channel inside this process; messages are copied as a real port copies them. */
export function portPair(): [PortLike, PortLike] {
  const receivers: [((message: unknown) => void)[], ((message: unknown) => void)[]] = [[], []];
  const end = (mine: 0 | 1): PortLike => ({
    post: (message) => {
      const copy: unknown = structuredClone(message);
      queueMicrotask(() => {
        for (const receive of receivers[mine === 0 ? 1 : 0]) receive(copy);
      });
    },
    onMessage: (receive) => {
      receivers[mine].push(receive);
    },
    onClose: () => undefined,
  });
  return [end(0), end(1)];
}

/** Stays open and says nothing, as a stream without news does. */
export function silence(signal: AbortSignal): AsyncIterable<never> {
  return {
    [Symbol.asyncIterator]: () => ({
      next: () =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            resolve({ done: true, value: undefined });
          });
        }),
    }),
  };
}

/** What a workbench without a project answers; every channel that a test needs is given by the test. */
const quietWorkbench: Part<WorkbenchContract> = {
  'system.info': async () => ({ version: '0.1.0', cores: 2, memoryBytes: 8e9, freeDiskBytes: 5e10 }),
  'project.current': async () => null,
  'project.recent': async () => [],
  'project.changes': (_input, signal) => silence(signal),
  'datasets.list': async () => [],
  'check.list': async () => [],
  'samples.query': async () => ({ total: 0, samples: 0, subjects: 0, facets: [], tiles: [] }),
  'views.list': async () => [],
  'experiments.list': async () => [],
  'presets.list': async () => [],
  'protocols.list': async () => [],
  'jobs.watch': async function* (_input, signal) {
    yield [];
    yield* silence(signal);
  },
  'queue.state': async () => ({ paused: false, order: [] }),
  'reports.list': async () => [],
  'engines.list': async () => [],
};

const quietDesktop: Part<DesktopContract> = {
  'desktop.printPage': async ({ path }) => ({ path: path.replace(/\.html$/, '.pdf') }),
  'desktop.setTheme': async () => ({}),
  'desktop.menuCommands': (_input, signal) => silence(signal),
  'desktop.dropped': (_input, signal) => silence(signal),
  'desktop.workbenchStatus': async function* (_input, signal) {
    yield { state: 'ready' as const, restarts: 0, message: null };
    yield* silence(signal);
  },
};

/** A client over the real peer: inputs and outputs are checked against the contract as in the window. */
function overPeer<C extends Contract>(contract: C, given: Part<C>) {
  const [here, there] = portPair();
  const refuse = (channel: string) => () => {
    throw new AppError('unsupported', `the test gives no answer for ${channel}`);
  };
  const implementation = Object.fromEntries(
    Object.keys(contract).map((channel) => [channel, given[channel] ?? refuse(channel)]),
  ) as unknown as Implementation<C>;
  serve(contract, implementation, there);
  return connect(contract, here);
}

export function createFakeClient(given: Part<WorkbenchContract> = {}): WorkbenchClient {
  return overPeer(workbenchContract, { ...quietWorkbench, ...given });
}

export function createFakeDesktop(given: Part<DesktopContract> = {}): DesktopClient {
  return overPeer(desktopContract, { ...quietDesktop, ...given });
}
