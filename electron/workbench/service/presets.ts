import type { WorkbenchContract } from '@shared/contract/channels';
import type { Implementation } from '@shared/contract/peer';
import { saveExperiment } from '@workbench/experiments/store';
import {
  experimentFromUserPreset,
  listUserPresets,
  readUserPreset,
  removeUserPreset,
  saveUserPreset,
} from '@workbench/experiments/user-presets';
import type { Workbench } from './workbench';

type Channels = 'presets.list' | 'presets.read' | 'presets.save' | 'presets.remove' | 'presets.use';

/** `presets.*`: settings that the project's people start from. */
export function presetChannels(workbench: Workbench): Pick<Implementation<WorkbenchContract>, Channels> {
  const project = () => workbench.current().project;
  const changed = () => {
    workbench.changes.send({ what: 'experiments' });
    return {};
  };
  return {
    'presets.list': () => listUserPresets(project()),
    'presets.read': async ({ name }) => ({ text: await readUserPreset(project(), name) }),
    'presets.save': async ({ name, text }) => {
      await saveUserPreset(project(), name, text);
      return changed();
    },
    'presets.remove': async ({ name }) => {
      await removeUserPreset(project(), name);
      return changed();
    },
    'presets.use': async ({ preset, experiment }) => {
      await saveExperiment(project(), experiment, await experimentFromUserPreset(project(), preset, experiment));
      return changed();
    },
  };
}
