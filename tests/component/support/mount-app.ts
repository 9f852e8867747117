import { createReliefApp } from '@renderer/app';
import type { WorkbenchContract } from '@shared/contract/channels';
import type { DesktopContract } from '@shared/contract/desktop';
import type { Implementation } from '@shared/contract/peer';
import type { App } from 'vue';
import { createMemoryHistory } from 'vue-router';
import { vi } from 'vitest';
import { createFakeClient, createFakeDesktop } from './fake-client';

export interface MountedApp {
  readonly app: App;
  unmount(): void;
}

/** Gives elements a size: the test DOM lays nothing out, and a virtual grid draws only what is in sight. */
export function giveElementsSize(width = 800, height = 600): void {
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(width);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(height);
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(width);
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(height);
}

/** Answers media queries as a dark desktop with a window of that width does. */
export function giveWindowWidth(width: number): void {
  vi.stubGlobal('matchMedia', (query: string) => {
    const least = /\(min-width: (\d+)px\)/.exec(query)?.[1];
    return Object.assign(new EventTarget(), { matches: least !== undefined && width >= Number(least), media: query });
  });
}

/** The whole window at a path, over fakes that answer as the test says. */
export async function mountApp(
  path: string,
  workbench: Partial<Implementation<WorkbenchContract>> = {},
  desktop: Partial<Implementation<DesktopContract>> = {},
): Promise<MountedApp> {
  giveWindowWidth(1440);
  document.body.innerHTML = '<div id="app"></div>';
  localStorage.clear();
  const history = createMemoryHistory();
  history.replace(path);
  const app = createReliefApp({
    client: createFakeClient(workbench),
    desktop: createFakeDesktop(desktop),
    history,
    mediaBase: '/media/',
  });
  app.mount('#app');
  await settle();
  return {
    app,
    unmount: () => {
      app.unmount();
      vi.restoreAllMocks();
      vi.unstubAllGlobals();
    },
  };
}

/** Lets answers arrive and the page follow. */
export async function settle(milliseconds = 30): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
