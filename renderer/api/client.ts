import { type InjectionKey, inject } from 'vue';
import type { WorkbenchContract } from '@shared/contract/channels';
import type { DesktopContract } from '@shared/contract/desktop';
import type { Client } from '@shared/contract/peer';

/** Everything the window may ask of the workbench. */
export type WorkbenchClient = Client<WorkbenchContract>;
/** What only the desktop itself can do: native dialogs, menu, theme. */
export type DesktopClient = Client<DesktopContract>;

export const clientKey: InjectionKey<WorkbenchClient> = Symbol('workbench client');
export const desktopKey: InjectionKey<DesktopClient> = Symbol('desktop client');

/** The workbench of the app that the calling component or store belongs to. */
export function useClient(): WorkbenchClient {
  const client = inject(clientKey);
  if (!client) throw new Error('No workbench client is provided.');
  return client;
}

/** The desktop of the app that the calling component or store belongs to. */
export function useDesktop(): DesktopClient {
  const desktop = inject(desktopKey);
  if (!desktop) throw new Error('No desktop client is provided.');
  return desktop;
}
