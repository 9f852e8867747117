import type { WorkbenchContract } from '@shared/contract/channels';
import type { Implementation } from '@shared/contract/peer';
import { listExperiments, readExperiment, removeExperiment, saveExperiment } from '@workbench/experiments/store';
import { editExperimentText } from '@workbench/experiments/yaml-text';
import { augmentedBatch } from '@workbench/jobs/augmented-batch';
import { cloneRun } from '@workbench/jobs/clone';
import { launchExperiment, planInProject } from '@workbench/jobs/launch';
import { runPreflight } from '@workbench/jobs/preflight/run-preflight';
import type { Workbench } from './workbench';

type Channels =
  | 'experiments.list'
  | 'experiments.read'
  | 'experiments.save'
  | 'experiments.edit'
  | 'experiments.clone'
  | 'experiments.remove'
  | 'experiments.plan'
  | 'experiments.batch'
  | 'experiments.preflight'
  | 'experiments.launch';

/** `experiments.*`: YAML files, their plans, and what becomes of them. */
export function experimentChannels(workbench: Workbench): Pick<Implementation<WorkbenchContract>, Channels> {
  const changed = () => {
    workbench.changes.send({ what: 'experiments' });
  };
  return {
    'experiments.list': () => listExperiments(workbench.current().project),
    'experiments.read': async ({ name }) => ({ text: await readExperiment(workbench.current().project, name) }),
    'experiments.save': async ({ name, text }) => {
      await saveExperiment(workbench.current().project, name, text);
      changed();
      return {};
    },
    'experiments.edit': ({ text, path, value }) => Promise.resolve({ text: editExperimentText(text, path, value) }),
    'experiments.clone': async ({ job }) => {
      const { name } = await cloneRun(workbench.current().project, job);
      changed();
      return { name };
    },
    'experiments.remove': async ({ name }) => {
      await removeExperiment(workbench.current().project, name);
      changed();
      return {};
    },
    'experiments.plan': ({ text, launch }) => {
      const { project, index } = workbench.current();
      return planInProject(project, text, launch, index);
    },
    'experiments.batch': async ({ text, ordinal, ofEach }) => {
      const { samples, ...sizes } = await augmentedBatch(workbench.current().project, text, ordinal, ofEach);
      return {
        ...sizes,
        samples: samples.map(({ item: { subject, attackType }, dataset, bonaFide, ...pixels }) => ({
          ...{ dataset, subject, attackType, bonaFide },
          stored: Uint8Array.from(pixels.stored),
          image: Uint8Array.from(pixels.image),
          storedMap: Uint8Array.from(pixels.storedMap),
          map: Uint8Array.from(pixels.map),
        })),
      };
    },
    'experiments.preflight': ({ text, launch }, signal) => {
      const { log } = workbench.options;
      return runPreflight({ project: workbench.current().project.folder, text, launch }, signal, log);
    },
    'experiments.launch': async ({ name, text, launch }) => {
      const { project, index } = workbench.current();
      const jobs = await launchExperiment(project, text, launch, index);
      if (project.writable) await saveExperiment(project, name, text);
      changed();
      workbench.changes.send({ what: 'queue' });
      workbench.advance();
      return { jobs };
    },
  };
}
