import { ref, type Ref } from 'vue';
import { useDesktop } from '../api/client';
import { useToasts } from '../stores/toasts';
import { countOf } from '../ui';

/** Files written into a folder that a person chooses; while it goes on, another wish is passed over. */
export function useFileSaving(): {
  saving: Readonly<Ref<boolean>>;
  /**
   * Asks for the folder, writes, and says what was written, with a way to it.
   * @returns whether something was written
   */
  save: (wish: {
    /** Of the folder dialog. */
    readonly title: string;
    /** Said when writing fails. */
    readonly failure: string;
    readonly write: (folder: string) => Promise<{ readonly files: readonly string[] }>;
  }) => Promise<boolean>;
} {
  const desktop = useDesktop();
  const toasts = useToasts();
  const saving = ref(false);

  async function save({ title, failure, write }: Parameters<ReturnType<typeof useFileSaving>['save']>[0]) {
    if (saving.value) return false;
    saving.value = true;
    try {
      const answer = await toasts.attempt('The folder dialog did not open', () =>
        desktop['desktop.chooseFolder']({ title: title.slice(0, 120), purpose: 'create', button: 'Save here' }),
      );
      const folder = answer?.path;
      if (!folder) return false;
      const written = await toasts.attempt(failure, () => write(folder));
      const first = written?.files[0];
      if (!written || first === undefined) return false;
      toasts.show({
        tone: 'ok',
        title: `${countOf(written.files.length, 'file')} written`,
        text: written.files.join('\n'),
        action: {
          label: 'Show',
          run: () => void toasts.attempt('The folder was not shown', () => desktop['desktop.reveal']({ path: first })),
        },
      });
      return true;
    } finally {
      saving.value = false;
    }
  }
  return { saving, save };
}
