import { defaultRecipe } from '@shared/domain/dataset';
import type {
  DepthPrediction,
  DepthRanking,
  Facet,
  JobDetail,
  ProjectInfo,
  SampleDetail,
  SamplePage,
  SampleTile,
} from '@shared/contract/channels';
import type { DatasetSummary } from '@shared/contract/channels';
import type { JobSummary, TrainJob } from '@shared/domain/job';
import { presetConfig } from '@shared/domain/settings';
import { presets } from '@shared/domain/presets';

/** Small made-up data in the contract's shapes. */
export const project: ProjectInfo = { name: 'fas-two-domains', path: '/projects/fas', writable: true, writer: null };
const at = '2026-11-25T10:00:00Z';

export function datasetSummary(id: string, change: Partial<DatasetSummary['dataset']> = {}): DatasetSummary {
  const counts = { train: { bonaFide: 6, attack: 6 }, test: { bonaFide: 4, attack: 4 } };
  return {
    dataset: {
      formatVersion: 1,
      id,
      name: `${id}, drawn camera`,
      importer: 'synthetic',
      origin: { kind: 'synthetic', options: { domain: 'R', subjects: 4, bonaFideImages: 10, strength: 2.5, seed: 1 } },
      synthetic: true,
      oneSubjectPerImage: true,
      split: 'carved',
      createdAt: at,
      counts,
      attackTypes: ['print', 'replay/phone'],
      subjects: 5,
      findings: [],
      ...change,
    },
    prepared: { samples: 20, failures: 0, counts, contentHash: 'abc' },
  };
}

export function tiles(dataset: string, count: number): SampleTile[] {
  return Array.from({ length: count }, (_, index) => ({
    dataset,
    index,
    subject: `${dataset}-${1 + (index % 5)}`,
    attackType: index % 2 === 1 ? 'replay/phone' : null,
    set: index < count / 2 ? ('train' as const) : ('test' as const),
    synthetic: true,
    prepared: true,
    failure: null,
    video: false,
    frame: null,
    excluded: null,
    tags: [],
    members: null,
  }));
}

export const facets: Facet[] = [
  {
    name: 'set',
    title: 'Set',
    values: [
      { value: 'train', label: 'train', count: 12 },
      { value: 'test', label: 'test', count: 8 },
    ],
  },
  {
    name: 'label',
    title: 'Label',
    values: [
      { value: 'bona-fide', label: 'bona fide', count: 10 },
      { value: 'attack', label: 'attack', count: 10 },
    ],
  },
];

export function samplePage(all: SampleTile[], offset = 0, limit = 200): SamplePage {
  const subjects = new Set(all.map(({ subject }) => subject)).size;
  return { total: all.length, samples: all.length, subjects, facets, tiles: all.slice(offset, offset + limit) };
}

export function sampleDetail(dataset: string, index: number): SampleDetail {
  const row = {
    ok: true,
    item: `${dataset}-${index}`,
    face: 0,
    row: index,
    box: [75, 76, 205, 205],
    detectorScore: 0.91,
    meshFlag: 0.99,
    yaw: 3,
    pitch: -4,
    region: { centreX: 177, centreY: 178, side: 205, rotation: 0 },
    landmarks: [[150, 150]],
  } satisfies SampleDetail['prepared'];
  return {
    item: {
      id: `${dataset}-${index}`,
      path: `test/${dataset}-1/live_0${index}.jpg`,
      kind: 'image',
      subject: `${dataset}-1`,
      session: null,
      device: 'webcam',
      videoId: null,
      frame: null,
      attackType: null,
      set: 'test',
      box: null,
      tags: { light: 'side' },
    },
    dataset,
    datasetName: `${dataset}, drawn camera`,
    synthetic: true,
    width: 360,
    height: 360,
    bytes: 14_120,
    prepared: row,
    rows: [row],
    recipe: defaultRecipe,
    excluded: null,
    marks: [],
    depthTarget: new Float32Array(1024).fill(0.5),
    trueDepthCorrelation: 0.86,
  };
}

export function trainJob(number: number, change: Partial<TrainJob> = {}): TrainJob {
  return {
    formatVersion: 1,
    id: `${String(number).padStart(4, '0')}-pretrain-gan-O-s1`,
    number,
    name: 'pretrain-gan O→R s1',
    createdAt: at,
    group: null,
    parent: null,
    kind: 'train',
    experiment: 'pretrain-gan',
    preset: 'pretrain-gan',
    seed: 1,
    sources: ['O'],
    targets: ['R'],
    ...change,
  };
}

export function jobSummary(job: TrainJob, change: Partial<JobSummary> = {}): JobSummary {
  return {
    job,
    state: 'done',
    message: null,
    progress: null,
    attempt: 1,
    startedAt: at,
    endedAt: at,
    result: null,
    ...change,
  };
}

export function jobDetail(summary: JobSummary, depthEpochs: number[], preset = 'pretrain-gan'): JobDetail {
  const found = presets.find(({ name }) => name === preset);
  if (!found) throw new Error(`no preset ${preset}`);
  return {
    summary,
    config: presetConfig(found),
    provenance: null,
    events: [],
    depthEpochs,
    pinned: [],
    folder: '/projects/fas/jobs/0001',
  };
}

/** Four bona fide with mean depths 0.4, 0.3, 0.2, 0.1 and four attacks with 0.25, 0.05, 0.05, 0.05. */
export function depthRanking(epoch: number): DepthRanking {
  const meanDepth = Float64Array.of(0.4, 0.25, 0.3, 0.05, 0.2, 0.05, 0.1, 0.05);
  const error = Float64Array.of(0.01, 0.08, 0.02, 0.03, 0.04, 0.05, 0.09, 0.06);
  /** Measures that need a face exist for bona fide samples only. */
  const inFace = (values: Float64Array) => values.map((value, row) => (row % 2 === 0 ? value : NaN));
  return {
    epoch,
    index: Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7),
    bonaFide: Uint8Array.of(1, 0, 1, 0, 1, 0, 1, 0),
    attackTypes: ['print', 'replay/phone'],
    attackType: Int32Array.of(-1, 0, -1, 0, -1, 1, -1, 1),
    subjects: ['a', 'a', 'b', 'b', 'c', 'c', 'd', 'd'],
    measures: {
      meanAbsoluteError: error,
      rootMeanSquareError: error,
      structuralSimilarity: error.map((value) => 1 - value),
      errorInFace: inFace(error),
      correlationInFace: inFace(error.map((value) => 1 - value)),
      ordinalAgreement: inFace(error.map((value) => 1 - value)),
      faceAreaIou: inFace(error.map((value) => 1 - value)),
      faceRelief: inFace(error.map((value) => 0.5 - value)),
      unevenness: error,
      meanDepth,
      centreDepth: meanDepth.map((value) => 1.5 * value),
      surroundDepth: meanDepth.map((value) => value / 2),
    },
    score: Float64Array.of(0.9, 0.2, 0.8, 0.1, 0.7, 0.3, 0.4, 0.6),
  };
}

export function depthPrediction(dataset: string, index: number): DepthPrediction {
  return {
    sample: { dataset, index },
    subject: `${dataset}-${index}`,
    attackType: index % 2 === 1 ? 'print' : null,
    set: 'test',
    size: 32,
    targetIs: index % 2 === 1 ? 'zeros' : 'mesh',
    ownDepth: 'drawn',
    target: new Float32Array(1024).fill(0.5),
    predicted: new Float32Array(1024).fill(0.4),
    measures: {
      meanAbsoluteError: 0.02,
      rootMeanSquareError: 0.03,
      structuralSimilarity: 0.9,
      correlationInFace: 0.95,
      faceAreaIou: 0.9,
      errorInFace: 0.03,
      ordinalAgreement: 0.9,
      faceRelief: 0.6,
      unevenness: 0.3,
      meanDepth: 0.4,
      centreDepth: 0.7,
      surroundDepth: 0.1,
    },
    score: 0.8,
  };
}
