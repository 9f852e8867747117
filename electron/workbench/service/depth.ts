import type { DepthRanking, WorkbenchContract } from '@shared/contract/channels';
import type { Implementation } from '@shared/contract/peer';
import { exportMaps, type PredictSamples } from '@workbench/inspection/export-maps';
import { keepScores } from '@workbench/inspection/keep-scores';
import { jobFolder } from '@workbench/jobs/job-folder';
import { networkOf } from '@workbench/inspection/network-of-run';
import { Recent } from '@workbench/inspection/recent-values';
import type { Workbench } from './workbench';

type RankingInput = Parameters<Implementation<WorkbenchContract>['depth.ranking']>[0];

/** `depth.*`: what a run's generator sees, computed by the inspector. */
export function depthChannels(
  workbench: Workbench,
): Pick<Implementation<WorkbenchContract>, Extract<keyof WorkbenchContract, `depth.${string}`>> {
  const rankings = new Recent<DepthRanking>(40);
  const rank = ({ job, epoch, dataset, set, against = 'target' }: RankingInput): Promise<DepthRanking> => {
    const { project } = workbench.current();
    const version = epoch === 'last' ? jobFolder(project, job).signature() : '';
    return rankings.get([project.folder, job, epoch, version, dataset, set, against].join(' '), () =>
      workbench.inspector.ask((inspector) =>
        inspector.ranking({ project: project.folder, job, epoch, dataset, set, against }),
      ),
    );
  };
  return {
    'depth.predict': ({ job, epoch, samples, against = 'target' }, signal) => {
      const { project } = workbench.current();
      return workbench.inspector.ask((inspector) =>
        inspector.predict({ project: project.folder, job, epoch, samples, against }, signal),
      );
    },
    'depth.look': (picture, signal) => {
      const { project } = workbench.current();
      return workbench.inspector.ask((inspector) => inspector.look({ project: project.folder, ...picture }, signal));
    },
    'depth.explain': ({ job, sample }, signal) => {
      const { project } = workbench.current();
      return workbench.inspector.ask((inspector) =>
        inspector.explain({ project: project.folder, job, sample }, signal),
      );
    },
    'depth.network': async ({ job }) => {
      const { project } = workbench.current();
      return networkOf(project, job);
    },
    'depth.features': (input, signal) => {
      const { project } = workbench.current();
      return workbench.inspector.ask((inspector) => inspector.features({ project: project.folder, ...input }, signal));
    },
    'depth.targets': ({ dataset, faces }, signal) => {
      const { project } = workbench.current();
      return workbench.inspector.ask((inspector) =>
        inspector.targets({ project: project.folder, dataset, faces }, signal),
      );
    },
    'depth.ranking': (input) => rank(input),
    'depth.export': async ({ folder, ...wanted }, signal) => {
      workbench.options.grants.check(folder);
      const { project } = workbench.current();
      const predict: PredictSamples = (job, epoch, samples) =>
        workbench.inspector.ask((inspector) =>
          inspector.predict({ project: project.folder, job, epoch, samples: [...samples], against: 'target' }, signal),
        );
      const files = await exportMaps(project, wanted, folder, predict, signal);
      return { files };
    },
    'depth.keepScores': async ({ job, epoch, rule, name, title }) => {
      const { project } = workbench.current();
      const kept = await keepScores(project, { job, rule, name, title }, (dataset, set) =>
        rank({ job, epoch, dataset, set }),
      );
      workbench.changes.send({ what: 'reports' });
      return { name: kept.name, files: [...kept.files] };
    },
  };
}
