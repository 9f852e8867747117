import { createReliefApp } from './app';
import { receiveConnections } from './api/port';

const nonceElement = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]');
const { workbench, desktop } = receiveConnections(window);

createReliefApp({
  client: workbench.client,
  desktop: desktop.client,
  nonce: nonceElement?.nonce ?? '',
  onWorkbenchLost: workbench.lose,
}).mount('#app');
