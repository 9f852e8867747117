import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { WorkbenchStatus } from '@shared/contract/desktop';
import { useDesktop } from '../api/client';
import { useStream } from '../api/use-load';

/** How the workbench process is, as the desktop sees it. */
export const useDesktopState = defineStore('desktop', () => {
  const desktop = useDesktop();
  const status = shallowRef<WorkbenchStatus | null>(null);
  const onLost = shallowRef<() => void>(() => undefined);

  useStream(
    (signal) => desktop['desktop.workbenchStatus']({}, signal),
    (next) => {
      if (status.value?.state === 'ready' && next.state !== 'ready') onLost.value();
      status.value = next;
    },
  );
  async function restart(): Promise<void> {
    await desktop['desktop.restartWorkbench']({});
  }
  return { status, onLost, restart };
});
