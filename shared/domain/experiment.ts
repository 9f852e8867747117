import { z } from '@shared/zod';
import { DatasetId, JobId, SlugName } from './names';

/**
 * The experiment: one schema gives types, defaults, validation, the form with its help, the YAML file, `--set key=value`
 * and "what differs". There is no second list of fields.
 */
const Data = z
  .strictObject({
    sources: z.array(DatasetId).min(1).default(['O']).meta({
      title: 'Source datasets',
      help: 'Trained on; their dev sets choose threshold and epoch.',
      level: 'basic',
    }),
    targets: z.array(DatasetId).default([]).meta({
      title: 'Target datasets',
      help: 'Tested on. Empty means every dataset of the project.',
      level: 'basic',
    }),
    protocol: z
      .string()
      .trim()
      .max(64)
      .regex(/^(?:[A-Za-z0-9][A-Za-z0-9._-]*)?$/, 'a protocol is named as "relief protocol list" has it')
      .default('')
      .meta({
        title: 'Protocol',
        help: "How the datasets divide into train, dev and test. Empty: as each dataset's own sets say. It is kept with each run as it stands when the run is queued.",
        level: 'basic',
        control: 'protocol',
      }),
    permuteLabels: z.boolean().default(false).meta({
      title: 'Permute labels',
      help: 'Control run: shuffles the labels of the training samples (depth targets follow). Test AUC must fall to 0.5.',
      level: 'advanced',
    }),
    leakWaiver: z.string().trim().max(400).default('').meta({
      title: 'Leak waiver',
      help: 'A run whose train sets share subjects, clips or pictures with the sets that judge it is refused, unless a reason stands here. The reason is kept with the run and printed under its tables.',
      level: 'advanced',
    }),
  })
  .meta({ title: 'Data and protocol' });

const Model = z
  .strictObject({
    backbone: z
      .enum(['residual', 'mobile'])
      .default('residual')
      .meta({
        title: 'Backbone',
        help: "The generator's encoder, shared by both stages.",
        level: 'basic',
        labels: { residual: 'residual', mobile: 'mobile, inverted residual' },
      }),
    width: z.number().min(0.25).max(2).default(1).meta({
      title: 'Width multiplier',
      unit: '×',
      step: 0.25,
      help: 'Scales all channels. 0.25–2.',
      level: 'basic',
    }),
    inputSize: z
      .union([z.literal(64), z.literal(128)])
      .default(128)
      .meta({
        title: 'Input size',
        unit: 'px',
        help: '128 px shows finer moiré and halftone; a step takes about a third longer.',
        level: 'basic',
      }),
  })
  .meta({ title: 'Model' });

const Stage1 = z
  .strictObject({
    enabled: z.boolean().default(true).meta({
      title: 'Pre-train on pseudo-depth',
      help: 'Off: the classifier starts from random weights.',
      level: 'basic',
    }),
    epochs: z
      .int()
      .min(1)
      .max(500)
      .default(20)
      .meta({ title: 'Epochs', unit: 'epochs', help: '1–500.', level: 'basic' }),
    adversarial: z.boolean().default(true).meta({
      title: 'Discriminator',
      help: 'On: a patch discriminator judges (RGB, depth) pairs. Off: L1 alone.',
      level: 'basic',
    }),
    adversarialLoss: z
      .enum(['least-squares', 'hinge', 'bce'])
      .default('least-squares')
      .meta({
        title: 'Adversarial loss',
        help: 'Least squares is the calmest of the three.',
        level: 'basic',
        labels: { 'least-squares': 'Least squares', hinge: 'Hinge', bce: 'BCE' },
      }),
    adversarialWeight: z.number().min(0).max(100).default(1).meta({
      title: 'Adversarial weight',
      step: 0.1,
      help: 'Weight of the adversarial term in the generator loss. 0–100.',
      level: 'advanced',
    }),
    l1Weight: z.number().min(0).max(1000).default(100).meta({
      title: 'Depth L1 weight',
      step: 10,
      help: 'Pulls the map to the target. 0–1,000.',
      level: 'basic',
    }),
    contrastiveWeight: z.number().min(0).max(1000).default(0).meta({
      title: 'Contrastive depth weight',
      step: 1,
      help: 'Compares each pixel with its 8 neighbours. 0–1,000.',
      level: 'basic',
    }),
    labelSmoothing: z.number().min(0).max(0.5).default(0.1).meta({
      title: 'One-sided label smoothing',
      step: 0.05,
      help: 'The discriminator is asked for 1 minus this on real pairs. 0–0.5.',
      level: 'advanced',
    }),
    learningRate: z.number().positive().max(0.1).default(1e-3).meta({
      title: 'Generator learning rate',
      step: 1e-4,
      help: 'Adam. Up to 0.1.',
      level: 'advanced',
    }),
    discriminatorLearningRate: z.number().positive().max(0.1).default(2e-4).meta({
      title: 'Discriminator learning rate',
      step: 1e-4,
      help: 'Adam. Lower it when the discriminator wins.',
      level: 'advanced',
    }),
  })
  .meta({ title: 'Stage 1: pseudo-depth' });

const Stage2 = z
  .strictObject({
    epochs: z
      .int()
      .min(1)
      .max(500)
      .default(15)
      .meta({ title: 'Epochs', unit: 'epochs', help: '1–500.', level: 'basic' }),
    backbone: z
      .enum(['fine-tuned', 'frozen'])
      .default('fine-tuned')
      .meta({
        title: 'Backbone weights',
        help: 'Frozen trains the head only.',
        level: 'basic',
        labels: { 'fine-tuned': 'Fine-tune', frozen: 'Frozen' },
      }),
    learningRate: z.number().positive().max(0.1).default(1e-3).meta({
      title: 'Learning rate',
      step: 1e-4,
      help: 'Adam, cosine to zero over the stage. Up to 0.1.',
      level: 'advanced',
    }),
    backboneLearningRate: z.number().positive().max(1).default(0.5).meta({
      title: 'Backbone learning rate',
      unit: '× head',
      step: 0.1,
      help: "The backbone's rate as a fraction of the head's. Up to 1.",
      level: 'advanced',
    }),
    dropout: z.number().min(0).max(0.9).default(0.2).meta({
      title: 'Dropout',
      step: 0.05,
      help: 'Before the last layer. 0–0.9.',
      level: 'advanced',
    }),
    auxiliaryDepthWeight: z.number().min(0).max(100).default(0).meta({
      title: 'Auxiliary depth weight',
      step: 0.5,
      help: 'Weight of an L1 depth head beside the classifier ("just an auxiliary loss"). 0 = no head.',
      level: 'basic',
    }),
  })
  .meta({ title: 'Stage 2: classifier' });

const Train = z
  .strictObject({
    seed: z.int().min(0).max(1_000_000).default(1).meta({
      title: 'Seed',
      help: 'Drives weights, order, augmentation and dropout.',
      level: 'basic',
    }),
    batchSize: z.int().min(2).max(256).default(16).meta({
      title: 'Batch size',
      unit: 'images',
      step: 2,
      help: 'Even: half bona fide, half attacks, balanced over the sources.',
      level: 'basic',
    }),
  })
  .meta({ title: 'Training' });

const probability = (title: string, value: number, help: string) =>
  z.number().min(0).max(1).default(value).meta({ title, step: 0.05, help, level: 'advanced' });

const Augmentation = z
  .strictObject({
    flip: z.boolean().default(true).meta({ title: 'Mirror', help: 'Image and map together.', level: 'basic' }),
    cropJitter: z.number().min(0).max(0.3).default(0.06).meta({
      title: 'Crop jitter',
      step: 0.01,
      help: 'Shift and scale of the crop as a fraction of its side; image and map together. 0–0.3.',
      level: 'basic',
    }),
    colour: z.number().min(0).max(1).default(0.2).meta({
      title: 'Colour and brightness',
      step: 0.05,
      help: 'Strength of brightness, contrast and per-channel gain. 0–1.',
      level: 'basic',
    }),
    gamma: z.number().min(0).max(1).default(0.2).meta({
      title: 'Gamma',
      step: 0.05,
      help: 'Exponent drawn in [1/(1+g), 1+g]. 0–1.',
      level: 'advanced',
    }),
    blur: probability('Blur', 0, 'Probability of a 3×3 blur. It hides moiré and halftone: use with care.'),
    jpeg: probability('JPEG', 0, 'Probability of a JPEG round trip at quality 50–95.'),
    cutout: probability('Cut-out', 0.3, 'Probability of a grey square over the image (RGB only).'),
  })
  .meta({ title: 'Augmentation' });

const Evaluation = z
  .strictObject({
    threshold: z
      .enum(['source-dev-eer', 'source-dev-min-hter', 'target-dev-eer', 'fixed:0.5', 'oracle-eer'])
      .default('source-dev-eer')
      .meta({
        title: 'Threshold',
        help: 'Where the operating point comes from. Oracle looks at the test set and is shown in grey.',
        level: 'basic',
        labels: {
          'source-dev-eer': 'source-dev EER',
          'source-dev-min-hter': 'source-dev min HTER',
          'target-dev-eer': 'target-dev EER',
          'fixed:0.5': 'fixed at 0.5',
          'oracle-eer': 'oracle (test)',
        },
      }),
    score: z
      .enum(['classifier', 'depth'])
      .default('classifier')
      .meta({
        title: 'Score',
        help: 'What the run is judged by: P(bona fide), or the mean of the depth map.',
        level: 'advanced',
        labels: { classifier: 'Classifier', depth: 'Mean depth' },
      }),
    testEveryEpoch: z.boolean().default(false).meta({
      title: 'Test after each epoch',
      help: 'Shows in reports how far the last epoch, the best by dev and the best by test lie apart. Nothing is chosen by it; a pass over all test sets an epoch.',
      level: 'advanced',
    }),
  })
  .meta({ title: 'Evaluation' });

const Compute = z
  .strictObject({
    engine: z
      .enum(['auto', 'wasm', 'webgpu', 'tensorflow'])
      .default('auto')
      .meta({
        title: 'Engine',
        help: 'Auto takes the fastest measured of those present.',
        level: 'basic',
        labels: { auto: 'Auto', wasm: 'WASM', webgpu: 'WebGPU', tensorflow: 'TensorFlow' },
      }),
    threads: z.int().min(0).max(64).default(0).meta({ title: 'Threads', help: '0 = all cores.', level: 'advanced' }),
    reproducible: z.boolean().default(false).meta({
      title: 'Deterministic',
      help: 'The same bits every time. On WASM on every machine (slower); on others on the same device at most. Auto then takes WASM.',
      level: 'advanced',
    }),
    keepEpochs: z
      .enum(['all', 'none'])
      .default('all')
      .meta({
        title: 'Keep generator of each epoch',
        help: 'Needed to scrub depth maps by epoch; about 3 MB each.',
        level: 'advanced',
        labels: { all: 'All', none: 'None' },
      }),
  })
  .meta({ title: 'Engine and output' });

/** Everything that decides a run, with all defaults filled in: `config.json` of a training job. */
export const ExperimentConfig = z.strictObject({
  data: Data.prefault({}),
  model: Model.prefault({}),
  stage1: Stage1.prefault({}),
  stage2: Stage2.prefault({}),
  train: Train.prefault({}),
  augmentation: Augmentation.prefault({}),
  evaluation: Evaluation.prefault({}),
  compute: Compute.prefault({}),
});
export type ExperimentConfig = z.infer<typeof ExperimentConfig>;
export type ExperimentSection = keyof ExperimentConfig;

/** A dotted path of one setting, such as `stage1.l1Weight`. */
export type SettingPath = {
  [S in ExperimentSection]: `${S}.${Extract<keyof ExperimentConfig[S], string>}`;
}[ExperimentSection];

/** The head of an experiment file; its other keys are the sections of {@link ExperimentConfig}, any part of them. */
export const ExperimentHead = z.strictObject({
  name: SlugName,
  preset: SlugName.default('pretrain-gan'),
  notes: z.string().max(4000).default(''),
  /** The run whose settings it was made from. */
  from: JobId.optional(),
});
export type ExperimentHead = z.infer<typeof ExperimentHead>;

/** The most runs that one launch makes. */
export const maximumRuns = 1000;

/** A setting and the values it takes in turn. */
export const GridAxis = z.strictObject({ path: z.string().max(80), values: z.array(z.unknown()).min(1).max(100) });
export type GridAxis = z.infer<typeof GridAxis>;

/** How one experiment becomes runs. */
export const LaunchOptions = z.strictObject({
  seeds: z.array(z.int().min(0).max(1_000_000)).min(1).max(50),
  /** `as-given`: the sources as they stand; `leave-one-out`: each dataset is the target once; `single-source`: each is the source once. */
  folds: z.enum(['as-given', 'leave-one-out', 'single-source']),
  /** Presets to run in place of the experiment's own, each with the experiment's settings over it; none = its own. */
  presets: z.array(SlugName).max(20).optional(),
  /** Settings to try in every combination of their values. */
  grid: z.array(GridAxis).max(6).optional(),
  /** Where the runs compute; `slurm` with the person's settings of it. This machine unless given. */
  executor: z.enum(['local', 'slurm']).optional(),
});
export type LaunchOptions = z.infer<typeof LaunchOptions>;
