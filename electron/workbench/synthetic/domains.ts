import type { SyntheticDomain } from '@shared/domain/dataset';
import type { Range, Vector3 } from './maths';

/** How a camera of a domain looks. Lengths in pixels count at a face crop of 128 pixels. */
export interface CameraLook {
  /** Sensor pixels across the face crop. */
  readonly cropPixels: Range;
  /** Standard deviation of the optical blur. */
  readonly blur: Range;
  /** Probability of motion blur. */
  readonly motion: number;
  /** Linear luminance that the automatic exposure aims at, and the spread of its log error. */
  readonly exposureTarget: number;
  readonly exposureSpread: number;
  /** Share of the grey-world correction that the white balance applies. */
  readonly greyWorld: Range;
  readonly cast: Vector3;
  /** Noise at linear level 1, and at level 0. */
  readonly shotNoise: Range;
  readonly readNoise: Range;
  readonly contrast: number;
  readonly saturation: number;
  readonly sharpening: Range;
  /** Largest standard deviation of the noise filter; 0 for none. */
  readonly denoise: number;
  /** IJG quality. */
  readonly jpegQuality: Range;
}

export type LightKind = 'flat' | 'front' | 'side' | 'back' | 'top';
export type BackgroundKind = 'plain' | 'curtain' | 'clutter' | 'room' | 'wood' | 'brick' | 'foliage';

/** A presentation attack instrument: what the attacker holds before the camera. */
export interface AttackKind {
  /** Type as scores and tables name it, such as `replay/phone`. */
  readonly type: string;
  readonly medium: 'paper' | 'screen';
  /** Width and height of the shown picture as shares of the attacker's own capture. */
  readonly window: { readonly width: Range; readonly height: Range };
  /** Frame around the picture, in the same unit: left and right, then top and bottom. */
  readonly frame: { readonly sides: Range; readonly ends: Range };
  /** Curvature of a sheet bent around the vertical axis, either way. */
  readonly bend: Range;
  /** The eyes of the sheet are cut out and the attacker looks through. */
  readonly eyeHoles: boolean;
  /** Sensor pixels a display period, or halftone periods across the face. */
  readonly period: Range;
  /** Reflection strength relative to the other instruments. */
  readonly gloss: number;
}

/** Everything two domains may differ in. The letters follow the data sets whose conditions they imitate; none of their data is in here. */
export interface DomainConditions {
  readonly id: SyntheticDomain;
  readonly name: string;
  readonly cameras: readonly CameraLook[];
  readonly lights: readonly LightKind[];
  /** Colour temperature of the lights, K. */
  readonly kelvin: Range;
  readonly backgrounds: readonly BackgroundKind[];
  readonly backgroundSaturation: number;
  /** Camera to face, cm. */
  readonly distance: Range;
  /** Standard deviation of the head pose, radians. */
  readonly pose: { readonly yaw: number; readonly pitch: number; readonly roll: number };
  readonly attacks: readonly AttackKind[];
}

function camera(look: Partial<CameraLook>): CameraLook {
  return {
    cropPixels: [128, 160],
    blur: [0.3, 0.8],
    motion: 0.1,
    exposureTarget: 0.2,
    exposureSpread: 0.2,
    greyWorld: [0.3, 0.8],
    cast: [1, 1, 1],
    shotNoise: [0.005, 0.015],
    readNoise: [0.001, 0.004],
    contrast: 1,
    saturation: 1,
    sharpening: [0, 0.6],
    denoise: 0,
    jpegQuality: [75, 95],
    ...look,
  };
}

const FLAT: Range = [0, 0.07];

function paper(type: string, options: Partial<AttackKind> & Pick<AttackKind, 'period'>): AttackKind {
  return {
    type,
    medium: 'paper',
    window: { width: [0.84, 1], height: [0.88, 1] },
    frame: { sides: [0, 0.05], ends: [0, 0.05] },
    bend: FLAT,
    eyeHoles: false,
    gloss: 1,
    ...options,
  };
}

type ScreenShape = Pick<AttackKind, 'window' | 'frame'>;
const PHONE: ScreenShape = {
  window: { width: [0.88, 0.98], height: [0.97, 1] },
  frame: { sides: [0.015, 0.04], ends: [0.06, 0.16] },
};
const TABLET: ScreenShape = {
  window: { width: [0.9, 1], height: [0.96, 1] },
  frame: { sides: [0.04, 0.1], ends: [0.05, 0.12] },
};
const LAPTOP: ScreenShape = {
  window: { width: [0.98, 1], height: [0.86, 0.94] },
  frame: { sides: [0.02, 0.06], ends: [0.03, 0.1] },
};

function screen(device: string, shape: ScreenShape, period: Range): AttackKind {
  return {
    type: `replay/${device}`,
    medium: 'screen',
    ...shape,
    bend: [0, 0],
    eyeHoles: false,
    period,
    gloss: 1,
  };
}

const phoneLooks = [0, 1, 2, 3, 4, 5].map((model) =>
  camera({
    cropPixels: [150, 200],
    blur: [0.15, 0.45 + 0.06 * model],
    sharpening: [0.1 * model, 0.2 + 0.2 * model],
    cast: [1 + 0.02 * (model - 3), 1, 1 - 0.025 * (model - 2)],
    contrast: 0.96 + 0.03 * model,
    saturation: 0.94 + 0.05 * model,
    shotNoise: [0.003, 0.012],
    denoise: model % 2 === 1 ? 0.6 : 0,
    jpegQuality: [84, 97],
  }),
);

/**
 * An unsteady white balance and exposure, which both classes share: paper and screens take some red out of a face, and where
 * the camera itself is steady that alone tells them.
 */
const wideBalance = { greyWorld: [0, 1], exposureSpread: 0.3 } as const satisfies Partial<CameraLook>;

/** The four domains of the sample project. */
export const syntheticDomains: Readonly<Record<SyntheticDomain, DomainConditions>> = {
  R: {
    id: 'R',
    name: 'webcam of 320 × 240 pixels, two rooms',
    cameras: [
      camera({
        cropPixels: [84, 112],
        blur: [0.5, 1.1],
        shotNoise: [0.012, 0.03],
        readNoise: [0.003, 0.009],
        jpegQuality: [55, 80],
        sharpening: [0.2, 0.9],
        cast: [1.05, 1, 0.93],
        contrast: 1.08,
        saturation: 0.9,
      }),
    ],
    lights: ['flat', 'front', 'back', 'side'],
    kelvin: [3200, 6500],
    backgrounds: ['plain', 'curtain', 'clutter'],
    backgroundSaturation: 0.25,
    distance: [55, 80],
    pose: { yaw: 0.12, pitch: 0.1, roll: 0.06 },
    attacks: [
      paper('print', { period: [60, 140] }),
      screen('phone', PHONE, [0.45, 1.3]),
      screen('tablet', TABLET, [0.45, 1.3]),
    ],
  },
  C: {
    id: 'C',
    name: 'USB cameras of three qualities',
    cameras: [
      camera({
        cropPixels: [72, 100],
        blur: [0.8, 1.6],
        shotNoise: [0.01, 0.02],
        jpegQuality: [60, 85],
        cast: [0.95, 1, 1.08],
        saturation: 0.8,
        ...wideBalance,
      }),
      camera({
        cropPixels: [120, 160],
        blur: [0.5, 1],
        cast: [0.97, 1.02, 1.02],
        jpegQuality: [70, 90],
        ...wideBalance,
      }),
      camera({ cropPixels: [150, 190], blur: [0.2, 0.6], sharpening: [0, 0.4], jpegQuality: [85, 96], ...wideBalance }),
    ],
    lights: ['flat', 'top', 'front'],
    kelvin: [4500, 7500],
    backgrounds: ['plain', 'room', 'wood'],
    backgroundSaturation: 0.4,
    distance: [45, 75],
    pose: { yaw: 0.15, pitch: 0.12, roll: 0.08 },
    attacks: [
      paper('warp', { period: [40, 110], bend: [0.25, 0.7] }),
      paper('cut', { period: [40, 110], eyeHoles: true }),
      screen('tablet', TABLET, [0.5, 1.8]),
    ],
  },
  M: {
    id: 'M',
    name: 'laptop and phone in an office',
    cameras: [
      camera({ cropPixels: [110, 140], blur: [0.5, 1], cast: [1, 1.03, 1], jpegQuality: [70, 88], saturation: 0.95 }),
      camera({
        cropPixels: [150, 200],
        blur: [0.3, 0.8],
        sharpening: [0.3, 1.1],
        contrast: 1.06,
        saturation: 1.12,
        jpegQuality: [80, 94],
        denoise: 0.5,
      }),
    ],
    lights: ['top', 'flat', 'side'],
    kelvin: [3600, 5500],
    backgrounds: ['room', 'clutter', 'plain'],
    backgroundSaturation: 0.5,
    distance: [40, 60],
    pose: { yaw: 0.14, pitch: 0.1, roll: 0.07 },
    attacks: [
      paper('print', { period: [70, 180] }),
      screen('tablet', TABLET, [0.35, 1]),
      screen('phone', PHONE, [0.35, 1]),
    ],
  },
  O: {
    id: 'O',
    name: 'six phones, three sessions',
    cameras: phoneLooks,
    lights: ['top', 'side', 'flat', 'front'],
    kelvin: [3800, 7000],
    backgrounds: ['room', 'brick', 'foliage', 'plain'],
    backgroundSaturation: 0.6,
    distance: [30, 50],
    pose: { yaw: 0.1, pitch: 0.1, roll: 0.06 },
    attacks: [
      paper('print/1', { period: [90, 160], gloss: 0.6 }),
      paper('print/2', { period: [140, 240], gloss: 1.3 }),
      screen('laptop', LAPTOP, [0.3, 0.9]),
      screen('phone', PHONE, [0.3, 0.9]),
    ],
  },
};

/** The attacker's own camera: a good one, so that the copy is limited by its medium. */
export const attackerCamera: CameraLook = camera({
  blur: [0.1, 0.45],
  motion: 0,
  shotNoise: [0.002, 0.008],
  sharpening: [0.2, 0.9],
  jpegQuality: [90, 97],
});
