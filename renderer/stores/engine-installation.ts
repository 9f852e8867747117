import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { InstallNews } from '@shared/contract/channels';
import type { AppError } from '@shared/contract/errors';
import type { TensorFlowVariant } from '@shared/domain/engine';
import { useClient } from '../api/client';
import { asAppError } from '../api/reading-errors';
import { useEngine } from './engine';
import { useToasts } from './toasts';

/** The installation of TensorFlow: what it is to be taken from, how far it is, and why it failed. It goes on behind other views. */
export const useEngineInstallation = defineStore('engine-installation', () => {
  const client = useClient();
  const engine = useEngine();
  const toasts = useToasts();

  const dialogOpen = ref(false);
  const variant = ref<TensorFlowVariant>('cpu');
  /** A wheel or folder; null has pip fetch it. */
  const from = ref<string | null>(null);
  const progress = shallowRef<Extract<InstallNews, { kind: 'progress' }> | null>(null);
  const failure = shallowRef<AppError | null>(null);
  const removing = ref(false);
  let stopping: AbortController | undefined;

  const running = computed(() => progress.value !== null);
  /** What does the same on the command line. */
  const command = computed(
    () =>
      `relief engine install tensorflow${variant.value === 'gpu' ? ' --gpu' : ''}${from.value === null ? '' : ` --from "${from.value}"`}`,
  );

  async function install(): Promise<void> {
    const abort = new AbortController();
    stopping = abort;
    dialogOpen.value = false;
    failure.value = null;
    progress.value = { kind: 'progress', phase: 'download', detail: 'starting', share: null };
    try {
      for await (const news of client['engines.install']({ variant: variant.value, from: from.value }, abort.signal)) {
        if (news.kind === 'progress') progress.value = news;
        else
          toasts.show({
            tone: 'ok',
            title: `TensorFlow ${news.version} is installed`,
            text: 'Its self-test passed. Measure speed, and new runs take the fastest engine.',
          });
      }
    } catch (reason) {
      const error = asAppError(reason);
      if (error.code !== 'cancelled') failure.value = error;
    } finally {
      progress.value = null;
      stopping = undefined;
      await engine.refresh();
    }
  }

  /** Ends it; whole wheels are kept for the next time. */
  function stop(): void {
    stopping?.abort();
  }

  async function remove(): Promise<void> {
    removing.value = true;
    await toasts.attempt('TensorFlow was not removed', () => client['engines.remove']({}));
    removing.value = false;
    await engine.refresh();
  }

  return { dialogOpen, variant, from, progress, failure, running, removing, command, install, stop, remove };
});
