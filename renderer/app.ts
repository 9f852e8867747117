import { createPinia } from 'pinia';
import { type App as VueApp, createApp } from 'vue';
import { createWebHashHistory, type RouterHistory } from 'vue-router';
import { clientKey, type DesktopClient, desktopKey, type WorkbenchClient } from './api/client';
import { mediaBaseKey } from './api/media';
import App from './App.vue';
import { createReliefRouter } from './router';
import './ui/tokens.css';
import './ui/base.css';

export interface AppOptions {
  readonly client: WorkbenchClient;
  readonly desktop: DesktopClient;
  /** Of this load's content security policy, for the styles that components put into the page. */
  readonly nonce?: string;
  readonly onWorkbenchLost?: () => void;
  readonly history?: RouterHistory;
  /** Where pictures come from, when not from the media protocol. */
  readonly mediaBase?: string;
}

/** The window's app, ready to mount. */
export function createReliefApp(options: AppOptions): VueApp {
  const app = createApp(App, {
    nonce: options.nonce ?? '',
    onWorkbenchLost: options.onWorkbenchLost ?? (() => undefined),
  });
  app.provide(clientKey, options.client);
  app.provide(desktopKey, options.desktop);
  if (options.mediaBase !== undefined) app.provide(mediaBaseKey, options.mediaBase);
  app.use(createPinia());
  app.use(createReliefRouter(options.history ?? createWebHashHistory()));
  return app;
}
