import { blindDiscriminatorLoss } from '@shared/domain/adversarial';
import type { ExperimentConfig } from '@shared/domain/experiment';
import { type ScalarName, scalarWords } from '@shared/domain/job';

/** A chart of the run's page: which scalars it shows, and how. */
export interface ChartPlan {
  readonly title: string;
  /** The first is the run's own line, the second one beside it. */
  readonly names: readonly ScalarName[];
  readonly smooth: boolean;
  readonly percent: boolean;
  /** Whether it may be drawn on a logarithmic axis. */
  readonly log: boolean;
  /** What is said while no value has come. */
  readonly waiting: string;
  readonly levels?: readonly { readonly y: number; readonly label: string }[];
}

export type ChartsShown = 'learning' | 'machine' | 'all';

/** What training measures: losses of both stages, what the dev sets say, and what the machine does. */
export function chartPlans(config: ExperimentConfig | null, shown: ChartsShown): ChartPlan[] {
  return [...(shown === 'machine' ? [] : learningPlans(config)), ...(shown === 'learning' ? [] : machinePlans())];
}

function learningPlans(config: ExperimentConfig | null): ChartPlan[] {
  const loss = { smooth: true, percent: false, log: true } as const;
  const list: ChartPlan[] = [];
  const stage1 = config?.stage1.enabled ?? true;
  if (stage1) {
    const waiting = 'begins with stage 1';
    list.push({ ...loss, title: scalarWords['generator-loss'].title, names: ['generator-loss'], waiting });
    if (config?.stage1.adversarial ?? true)
      list.push({
        ...loss,
        title: scalarWords['discriminator-loss'].title,
        names: ['discriminator-loss'],
        waiting,
        ...(config ? { levels: [{ y: blindDiscriminatorLoss(config.stage1), label: 'cannot tell' }] } : {}),
      });
    list.push({ ...loss, title: scalarWords['depth-l1'].title, names: ['depth-l1'], waiting });
  } else if ((config?.stage2.auxiliaryDepthWeight ?? 0) > 0) {
    const waiting = 'begins with the first step';
    list.push({ ...loss, title: scalarWords['depth-l1'].title, names: ['depth-l1'], waiting });
  }
  list.push({
    ...loss,
    title: scalarWords['classifier-loss'].title,
    names: ['classifier-loss'],
    waiting: stage1 ? 'begins with stage 2' : 'begins with the first step',
  });
  list.push({
    title: scalarWords['dev-hter'].title,
    names: ['dev-hter', 'dev-depth-hter'],
    ...{ smooth: false, percent: true, log: false, waiting: 'comes with the first epoch' },
  });
  return list;
}

function machinePlans(): ChartPlan[] {
  const names = ['learning-rate', 'images-per-second', 'data-waiting', 'cpu-cores', 'memory', 'engine-memory'] as const;
  return names.map((name) => ({
    title: scalarWords[name].title,
    names: [name],
    smooth: name !== 'learning-rate',
    percent: scalarWords[name].rate,
    log: name === 'learning-rate',
    waiting: name === 'learning-rate' || name === 'images-per-second' ? 'begins with the first step' : 'not measured',
  }));
}
