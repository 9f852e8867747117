import type { ExperimentConfig, ExperimentSection } from './experiment';

/** What a preset changes from the default. */
export type Overrides = { readonly [S in ExperimentSection]?: Partial<ExperimentConfig[S]> };

export interface Preset {
  readonly name: string;
  /** One line: what it is. */
  readonly summary: string;
  /** The question it answers in the ablation. */
  readonly purpose: string;
  readonly overrides: Overrides;
}

/** The claim as an experiment: presets differ only in the keys shown (method.md of the design, "The claim as an experiment"). */
export const presets: readonly Preset[] = [
  {
    name: 'scratch',
    summary: 'no stage 1',
    purpose: 'The baseline the claim is against: same backbone and head, random start, BCE.',
    overrides: { stage1: { enabled: false } },
  },
  {
    name: 'auxiliary',
    summary: 'L1 depth head',
    purpose: '"Just an auxiliary loss": random start, BCE and an L1 depth head.',
    overrides: { stage1: { enabled: false }, stage2: { auxiliaryDepthWeight: 5 } },
  },
  {
    name: 'pretrain-l1',
    summary: 'no discriminator',
    purpose: 'Is it the depth, or the adversary? Stage 1 without discriminator, then stage 2.',
    overrides: { stage1: { adversarial: false } },
  },
  {
    name: 'pretrain-gan',
    summary: 'reconstruction',
    purpose: 'The claim: adversarial pseudo-depth pre-training, then the classifier on its backbone.',
    overrides: {},
  },
];

export const defaultPreset = 'pretrain-gan';
