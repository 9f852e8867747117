import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { AppError } from '@shared/contract/errors';
import type { SlurmSettings, SlurmStatus } from '@shared/domain/slurm';
import { useClient } from '../api/client';
import { asAppError } from '../api/reading-errors';

/** Slurm as the workbench's machine has it, and what the person's runs ask for there. Read when somebody wants to know. */
export const useSlurm = defineStore('slurm', () => {
  const client = useClient();
  const status = shallowRef<SlurmStatus | null>(null);
  const error = shallowRef<AppError | null>(null);
  const asking = shallowRef(false);

  /** Why runs cannot go there now, in a sentence; null when they can. */
  const problem = computed(() => {
    if (error.value) return error.value.message;
    if (!status.value) return 'Slurm has not answered yet.';
    return status.value.problem;
  });

  async function ask(): Promise<void> {
    if (asking.value) return;
    asking.value = true;
    try {
      status.value = await client['slurm.status']({});
      error.value = null;
    } catch (reason) {
      error.value = asAppError(reason);
    } finally {
      asking.value = false;
    }
  }
  async function save(settings: SlurmSettings): Promise<void> {
    const kept = await client['slurm.save']({ settings });
    if (status.value) status.value = { ...status.value, settings: kept };
  }
  return { status, problem, asking, ask, save };
});
