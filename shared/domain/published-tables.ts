/**
 * Numbers that other papers print, to stand beside one's own: "published, not rerun". Per cent, as printed; null where the
 * source gives none. No row is the work of this program.
 */
export interface PublishedTable {
  readonly id: string;
  readonly title: string;
  /** Where the numbers were read. */
  readonly source: string;
  /** Where the threshold came from, which decides what the numbers may be compared with. */
  readonly threshold: string;
  readonly columns: readonly PublishedColumn[];
  readonly rows: readonly PublishedRow[];
}

export interface PublishedColumn {
  readonly id: string;
  /** As it is printed: `OCI→M`. */
  readonly label: string;
}

/** HTER, ACER, AUC and ACER's standard deviation over folds, per cent. */
export interface PublishedValue {
  readonly hter?: number;
  readonly acer?: number;
  readonly acerSd?: number;
  readonly auc?: number;
}

export interface PublishedRow {
  /** Unique over all tables. */
  readonly id: string;
  readonly name: string;
  readonly year: number | null;
  readonly note: string;
  /** By column id. */
  readonly values: Readonly<Record<string, PublishedValue>>;
  /** Where this row differs from its table's threshold. */
  readonly threshold?: string;
}

const testThreshold = 'test set (ideal)';

/** HTER / AUC of the four leave-one-out columns, in the order M, C, I, O. */
function leaveOneOut(
  slug: string,
  name: string,
  year: number,
  note: string,
  pairs: readonly (readonly [hter: number, auc: number])[],
  threshold?: string,
): PublishedRow {
  const values: Record<string, PublishedValue> = {};
  ['M', 'C', 'I', 'O'].forEach((column, index) => {
    const pair = pairs[index];
    if (pair) values[column] = { hter: pair[0], auc: pair[1] };
  });
  return { id: `ocim-${slug}`, name, year, note, values, ...(threshold === undefined ? {} : { threshold }) };
}

/** HTER in the order of some columns. */
function errors(
  table: string,
  columns: readonly string[],
  slug: string,
  name: string,
  year: number | null,
  hters: readonly number[],
  note = '',
  threshold?: string,
): PublishedRow {
  const values: Record<string, PublishedValue> = {};
  columns.forEach((column, index) => {
    const hter = hters[index];
    if (hter !== undefined) values[column] = { hter };
  });
  return { id: `${table}-${slug}`, name, year, note, values, ...(threshold === undefined ? {} : { threshold }) };
}

/** ACER of the OULU-NPU protocols, or SiW's; protocols over folds as mean and deviation. */
function protocols(
  table: string,
  slug: string,
  name: string,
  year: number | null,
  acers: readonly (number | readonly [mean: number, sd: number] | null)[],
  note = '',
): PublishedRow {
  const values: Record<string, PublishedValue> = {};
  acers.forEach((acer, index) => {
    if (acer === null) return;
    values[`P${String(index + 1)}`] = typeof acer === 'number' ? { acer } : { acer: acer[0], acerSd: acer[1] };
  });
  return { id: `${table}-${slug}`, name, year, note, values };
}

const casiaReplay = ['CASIA→Replay', 'Replay→CASIA'];
const limited = ['MI→C', 'MI→O'];

export const publishedTables: readonly PublishedTable[] = [
  {
    id: 'ocim',
    title: 'O, C, I, M leave one out',
    source: "FLIP (koushiksrivats/FLIP, benchmark-1), GAC-FAS (Leminhbinh0209/CVPR24-FAS) and DBMNet's README",
    threshold: testThreshold,
    columns: [
      { id: 'M', label: 'OCI→M' },
      { id: 'C', label: 'OMI→C' },
      { id: 'I', label: 'OCM→I' },
      { id: 'O', label: 'ICM→O' },
    ],
    rows: [
      leaveOneOut('maddg', 'MADDG', 2019, 'DepthNet-like', [
        [17.69, 88.06],
        [24.5, 84.51],
        [22.19, 84.99],
        [27.98, 80.02],
      ]),
      leaveOneOut('rfmeta', 'RFMeta', 2020, 'DepthNet', [
        [13.89, 93.98],
        [20.27, 88.16],
        [17.3, 90.48],
        [16.45, 91.16],
      ]),
      leaveOneOut('ssdg-m', 'SSDG-M', 2020, 'MADDG net', [
        [16.67, 90.47],
        [23.11, 85.45],
        [18.21, 94.61],
        [25.17, 81.83],
      ]),
      leaveOneOut('ssdg-r', 'SSDG-R', 2020, 'ResNet-18', [
        [7.38, 97.17],
        [10.44, 95.94],
        [11.71, 96.59],
        [15.61, 91.54],
      ]),
      leaveOneOut('ssan-r', 'SSAN-R', 2022, 'ResNet-18', [
        [6.67, 98.75],
        [10, 96.67],
        [8.88, 96.79],
        [13.72, 93.63],
      ]),
      leaveOneOut('patchnet', 'PatchNet', 2022, 'ResNet-18', [
        [7.1, 98.46],
        [11.33, 94.58],
        [13.4, 95.67],
        [11.82, 95.07],
      ]),
      leaveOneOut('sa-fas', 'SA-FAS', 2023, 'ResNet-18', [
        [5.95, 96.55],
        [8.78, 95.37],
        [6.58, 97.54],
        [10, 96.23],
      ]),
      leaveOneOut('iadg', 'IADG', 2023, 'DepthNet', [
        [5.41, 98.19],
        [8.7, 96.4],
        [10.62, 94.5],
        [8.86, 97.14],
      ]),
      leaveOneOut('gac-fas', 'GAC-FAS', 2024, 'ResNet-18', [
        [5, 97.56],
        [8.2, 95.16],
        [4.29, 98.87],
        [8.6, 97.16],
      ]),
      leaveOneOut('divt-m', 'DiVT-M', 2023, 'MobileViT-S', [
        [2.86, 99.14],
        [8.67, 96.62],
        [3.71, 99.29],
        [13.06, 94.04],
      ]),
      leaveOneOut('vit', 'ViT', 2022, 'ViT-B, with CelebA-Spoof', [
        [1.58, 99.68],
        [5.7, 98.91],
        [9.25, 97.15],
        [7.47, 98.42],
      ]),
      leaveOneOut('flip-mcl', 'FLIP-MCL', 2023, 'CLIP ViT-B/16, with CelebA-Spoof', [
        [4.95, 98.11],
        [0.54, 99.98],
        [4.25, 99.07],
        [2.31, 99.63],
      ]),
      leaveOneOut('dbmnet-ideal', 'DBMNet (ideal)', 2022, '', [
        [4.52, 98.78],
        [8.67, 96.52],
        [10, 96.28],
        [11.42, 95.14],
      ]),
      leaveOneOut(
        'dbmnet-realistic',
        'DBMNet (realistic)',
        2022,
        '',
        [
          [7.86, 96.54],
          [14, 94.58],
          [16.42, 90.88],
          [17.59, 90.92],
        ],
        'source validation set (realistic)',
      ),
      errors(
        'ocim',
        ['M', 'C', 'I', 'O'],
        'ssdg-r-realistic',
        'SSDG-R (realistic)',
        2020,
        [11.19, 14.78, 16.64, 24.29],
        "ResNet-18, measured again by DBMNet's authors",
        'source validation set (realistic)',
      ),
    ],
  },
  {
    id: 'casia-replay',
    title: 'CASIA and Replay-Attack, crossed',
    source: 'RizhaoCai/Awesome-FAS, Benchmarks/CASIA+REPLAY-ATTACK.md',
    threshold: 'not said',
    columns: casiaReplay.map((label) => ({ id: label, label })),
    rows: (
      [
        ['auxiliary', 'Auxiliary', 2018, [27.6, 28.4]],
        ['de-spoofing', 'De-spoofing', 2018, [28.5, 41.1]],
        ['stasn', 'STASN', 2019, [31.5, 30.9]],
        ['3dpc-net', '3DPC-Net', 2020, [23.4, 25.7]],
        ['disentangle', 'Disentangle (DF)', 2020, [22.4, 30.3]],
        ['fas-sgtd', 'FAS-SGTD', 2020, [17, 22.8]],
        ['bcn', 'BCN', 2020, [16.6, 36.4]],
        ['cdcn', 'CDCN', 2020, [15.5, 32.6]],
        ['sfsnet', 'SfSNet', 2020, [9.8, 29.6]],
        ['cdcn-plus', 'CDCN++', 2020, [6.5, 29.8]],
        ['dc-cdn', 'DC-CDN', 2021, [6, 30.1], 'from a secondary list'],
      ] as const
    ).map(([slug, name, year, hters, note]) => errors('casia-replay', casiaReplay, slug, name, year, hters, note)),
  },
  {
    id: 'limited-source',
    title: 'Limited source: M and I alone',
    source: "DBMNet's README (taylover-pei/DBMNet-TIFS)",
    threshold: testThreshold,
    columns: limited.map((label) => ({ id: label, label })),
    rows: [
      errors('limited', limited, 'ssdg-r', 'SSDG-R (ideal)', 2020, [18.67, 23.19], 'ResNet-18'),
      errors(
        'limited',
        limited,
        'ssdg-r-realistic',
        'SSDG-R (realistic)',
        2020,
        [18.89, 26.44],
        'ResNet-18',
        'source validation set (realistic)',
      ),
      errors('limited', limited, 'dbmnet', 'DBMNet (ideal)', 2022, [16.78, 20.56]),
      errors(
        'limited',
        limited,
        'dbmnet-realistic',
        'DBMNet (realistic)',
        2022,
        [16.89, 23.73],
        '',
        'source validation set (realistic)',
      ),
    ],
  },
  {
    id: 'single-source',
    title: 'Single source',
    source: 'FLIP (koushiksrivats/FLIP, benchmark-3)',
    threshold: 'not said',
    columns: ['C→I', 'I→C', 'M→C', 'O→M'].map((label) => ({ id: label, label })),
    rows: [
      errors(
        'single',
        ['C→I', 'I→C', 'M→C', 'O→M'],
        'flip-mcl',
        'FLIP-MCL',
        2023,
        [10.57, 0.68, 0.19, 8.4],
        'CLIP ViT-B/16',
      ),
    ],
  },
  {
    id: 'oulu',
    title: 'OULU-NPU, protocols 1 to 4',
    source: 'RizhaoCai/Awesome-FAS, Benchmarks/OULU-NPU-4-Protocols.md and a secondary list',
    threshold: 'dev set',
    columns: ['P1', 'P2', 'P3', 'P4'].map((id) => ({ id, label: `protocol ${id.slice(1)}` })),
    rows: [
      protocols('oulu', 'auxiliary', 'Auxiliary', 2018, [1.6, 2.7, [2.9, 1.5], [9.5, 6]]),
      protocols('oulu', 'stasn', 'STASN', 2019, [1, 2.2, [2.5, 2.2], [7.5, 4.7]]),
      protocols('oulu', 'cdcn', 'CDCN', 2020, [1, 1.5, [2.3, 1.4], [6.9, 2.9]]),
      protocols('oulu', 'cdcn-plus', 'CDCN++', 2020, [0.2, 1.3, [1.8, 0.7], [5, 2.9]]),
      protocols('oulu', 'nas-fas', 'NAS-FAS', null, [0.2, 1.2, [1.7, 0.6], [2.9, 2.8]]),
      protocols('oulu', 'dsdg', 'DSDG', null, [0.3, 1.2, [1.4, 1.5], [2.3, 2.3]]),
      protocols('oulu', 'gain', 'GAIN', 2023, [0, 0.8, [0.9, 0.8], [4.4, 2]]),
      protocols('oulu', 'deeppixbis', 'DeepPixBiS', null, [0.42, null, null, [25, 12.7]]),
    ],
  },
  {
    id: 'siw',
    title: 'SiW, protocols 1 to 3',
    source: 'RizhaoCai/Awesome-FAS and a secondary list',
    threshold: 'not said; there is no official dev set',
    columns: ['P1', 'P2', 'P3'].map((id) => ({ id, label: `protocol ${id.slice(1)}` })),
    rows: [
      protocols('siw', 'cdcn', 'CDCN', 2020, [0.12, 0.06, 1.71]),
      protocols('siw', 'stdn', 'STDN', null, [0, 0, 7.9]),
    ],
  },
  {
    id: 'celeba',
    title: 'CelebA-Spoof within, LCC-FASD across',
    source: 'CelebA-Spoof (fig/intra_dataset_test) and kprokofi/light-weight-face-anti-spoofing',
    threshold: 'not said',
    columns: [
      { id: 'CelebA-Spoof', label: 'CelebA-Spoof' },
      { id: 'LCC-FASD', label: 'CelebA-Spoof→LCC-FASD' },
    ],
    rows: (
      [
        ['auxiliary', 'Auxiliary', 2018, '22.1 MB', { acer: 3.56 }, null],
        ['basn', 'BASN', null, '569.7 MB', { acer: 2.6 }, null],
        ['aenet', 'AENet', null, '42.7 MB', { acer: 1.63 }, null],
        ['aenet-kprokofi', 'AENet (kprokofi)', null, '11.22 M parameters', { acer: 3.25 }, { acer: 22.6, auc: 86.8 }],
        ['mn3-large', 'MN3-large', null, '3.02 M parameters', { acer: 3.8 }, { acer: 16.3, auc: 92.1 }],
        ['mn3-large-075', 'MN3-large-0.75', null, '1.86 M parameters', { acer: 3.32 }, { acer: 20.3, auc: 89.2 }],
        ['mn3-small', 'MN3-small', null, '1.0 M parameters', { acer: 5.05 }, { acer: 19.7, auc: 88.9 }],
        ['mn3-small-075', 'MN3-small-0.75', null, '0.60 M parameters', { acer: 6.09 }, { acer: 21, auc: 87.9 }],
      ] as const
    ).map(([slug, name, year, note, within, across]) => ({
      id: `celeba-${slug}`,
      name,
      year,
      note,
      values: { 'CelebA-Spoof': within, ...(across ? { 'LCC-FASD': across } : {}) },
    })),
  },
];

/** The paper's own row: nobody here knows its numbers, so it is empty and may be typed in from the paper. */
export const paperRow = {
  id: 'paik-2021',
  name: 'Paik et al. 2021',
  source: 'arXiv 2101.00200; not published with the abstract, typed by hand',
  cells: [],
} as const;
