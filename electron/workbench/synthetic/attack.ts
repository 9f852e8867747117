import type { Random } from '@shared/random';
import { lightTint, luminance } from './colour';
import type { AttackKind } from './domains';
import { drawFrom, drawLogUniform, drawNormal, drawSign } from './draw';
import { headRotation, type Matrix3, type Vector3 } from './maths';

/**
 * How an attack is held and what its medium does to the picture; everything drawn before a pixel is touched.
 * Lengths on the medium are in widths of the attacker's picture ("picture widths"), lengths in front of the camera in
 * frame widths.
 */
export interface Attack {
  readonly kind: AttackKind;
  readonly placement: Placement;
  readonly tone: MediumTone;
  readonly structure: FineStructure;
}

export interface Placement {
  readonly rotation: Matrix3;
  /** Camera to medium, frame widths at that distance. */
  readonly distance: number;
  /** Sheet's offset from the optical axis, frame widths. */
  readonly offset: readonly [number, number];
  /** Shown part of the picture (width, height) and the frame around it (sides, ends), picture widths. */
  readonly window: readonly [number, number];
  readonly frame: readonly [number, number];
  readonly frameColour: Vector3;
  /** Curvature across and along, and waves of the sheet: relative change of the distance. */
  readonly bendAcross: number;
  readonly bendAlong: number;
  readonly wave: { readonly height: number; readonly frequency: number; readonly phase: number };
}

/** Tone of the medium. None of it depends on the strength: it would become a contrast shortcut. */
export interface MediumTone {
  readonly exponent: number;
  /** Share of the colour that the medium loses; negative: gains. */
  readonly desaturation: number;
  /** Light of a black pixel, or reflectance of black ink. */
  readonly blackLevel: number;
  /** Tint of the screen's white, or of the inks. */
  readonly tint: Vector3;
  /** Reflectance of the bare paper; white for screens. */
  readonly paper: Vector3;
  /** Brightness of a screen relative to the room. */
  readonly brightness: number;
}

/** What betrays the medium up close; all of it scales with the strength K. Zero where absent. */
export interface FineStructure {
  /** Period of the display's pixels, frame widths, and modulation by its colour stripes and its rows. */
  readonly period: number;
  readonly stripes: number;
  readonly rows: number;
  /** Halftone screens: periods a picture width, and modulation. */
  readonly halftoneFrequency: number;
  readonly halftone: number;
  /** Horizontal bands: flicker of a screen, feed of a printer. */
  readonly bands: { readonly depth: number; readonly frequency: number; readonly phase: number };
  /** Mirror image of the room in the glass, and of a window in it. */
  readonly reflection: number;
  readonly windowPane: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly tilt: number;
  };
  /** Highlight of coated paper. */
  readonly gloss: number;
  readonly fibre: number;
  readonly noiseSeed: number;
}

/**
 * Draws an attack.
 * @param strength K: 1 hard (most grids and halftones barely visible), 2.5 normal, 4 easy
 * @param frameSide sensor pixels across the frame; the display's period is set against them, so that moiré arises
 * @param faceWidth width of the face in the attacker's picture, picture widths
 */
export function drawAttack(
  random: Random,
  kind: AttackKind,
  options: { readonly strength: number; readonly frameSide: number; readonly faceWidth: number },
): Attack {
  const placement = drawPlacement(random, kind);
  const tone = drawTone(random, kind);
  return { kind, placement, tone, structure: drawStructure(random, kind, options) };
}

function drawPlacement(random: Random, kind: AttackKind): Placement {
  const rigid = kind.medium === 'screen';
  const bent = kind.bend[1] > 0.1;
  return {
    rotation: headRotation(
      drawNormal(random, 0, rigid ? 0.1 : 0.18),
      drawNormal(random, 0, rigid ? 0.08 : 0.14),
      drawNormal(random, 0, 0.07),
    ),
    distance: drawFrom(random, [1.6, 3]),
    offset: [drawNormal(random, 0, 0.02), drawNormal(random, 0, 0.02)],
    window: [drawFrom(random, kind.window.width), drawFrom(random, kind.window.height)],
    frame: [drawFrom(random, kind.frame.sides), drawFrom(random, kind.frame.ends)],
    frameColour: drawFrameColour(random),
    bendAcross: bent ? drawFrom(random, kind.bend) * drawSign(random) : drawNormal(random, 0, kind.bend[1]),
    bendAlong: rigid || bent ? 0 : drawNormal(random, 0, 0.05),
    wave: {
      height: rigid ? 0 : drawFrom(random, [0, 0.012]),
      frequency: drawFrom(random, [3, 9]),
      phase: drawFrom(random, [0, 6]),
    },
  };
}

function drawFrameColour(random: Random): Vector3 {
  const grey = random.chance(0.75) ? drawFrom(random, [0.003, 0.04]) : drawFrom(random, [0.4, 0.8]);
  return [grey, grey, grey * drawFrom(random, [0.92, 1.05])];
}

function drawTone(random: Random, kind: AttackKind): MediumTone {
  const screen = kind.medium === 'screen';
  return {
    exponent: drawNormal(random, 1.08, 0.12),
    desaturation: drawFrom(random, screen ? [-0.18, 0.12] : [-0.08, 0.18]),
    blackLevel: screen ? drawLogUniform(random, 0.001, 0.02) : drawLogUniform(random, 0.004, 0.032),
    tint: screen
      ? lightTint(drawFrom(random, [4600, 8400]))
      : [drawNormal(random, 1, 0.05), drawNormal(random, 1, 0.03), drawNormal(random, 1, 0.06)],
    paper: screen
      ? [1, 1, 1]
      : [drawFrom(random, [0.78, 0.95]), drawFrom(random, [0.78, 0.94]), drawFrom(random, [0.74, 0.95])],
    brightness: drawFrom(random, [0.7, 1.5]),
  };
}

function drawStructure(
  random: Random,
  kind: AttackKind,
  options: { readonly strength: number; readonly frameSide: number; readonly faceWidth: number },
): FineStructure {
  const { strength } = options;
  const screen = kind.medium === 'screen';
  // A greater strength makes each effect stronger and its absence rarer. All draws are made whatever the strength, so
  // that two strengths of one seed show the same scene.
  const present = (probability: number) => random.uniform() < 1 - (1 - probability) / Math.max(1, strength);
  const effect = (probability: number, low: number, high: number, most: number) => {
    const amount = Math.min(most, strength * drawLogUniform(random, low, high));
    return present(probability) ? amount : 0;
  };
  const period = drawFrom(random, kind.period);
  const stripes = effect(0.8, 0.02, 0.5, 0.8);
  const rows = effect(0.6, 0.01, 0.25, 0.5);
  const halftone = effect(0.75, 0.03, 0.35, 0.8);
  const screenBands = effect(0.3, 0.01, 0.08, 0.2);
  const paperBands = effect(0.4, 0.003, 0.02, 0.05);
  return {
    period: screen ? period / options.frameSide : 1,
    stripes: screen ? stripes : 0,
    rows: screen ? rows : 0,
    halftoneFrequency: screen ? 0 : period / options.faceWidth,
    halftone: screen ? 0 : halftone,
    bands: {
      depth: screen ? screenBands : paperBands,
      frequency: drawFrom(random, screen ? [0.5, 3] : [20, 90]),
      phase: random.uniform(),
    },
    reflection: effect(0.5, 0.004, 0.06, 0.15) * (screen ? kind.gloss : 0),
    windowPane: {
      x: drawFrom(random, [-0.4, 0.4]),
      y: drawFrom(random, [-0.5, 0.3]),
      width: drawFrom(random, [0.05, 0.35]),
      height: drawFrom(random, [0.08, 0.5]),
      tilt: drawNormal(random, 0, 0.2),
    },
    gloss: effect(0.4, 0.02, 0.25, 0.5) * (screen ? 0 : kind.gloss),
    fibre: strength * drawFrom(random, [0, 0.03]),
    noiseSeed: random.integer(1_000_000),
  };
}

/** What a screen emits or a print reflects (before paper and light) for the attacker's picture, linear RGB. */
export function reproduce(picture: Float32Array, medium: 'paper' | 'screen', tone: MediumTone): Float32Array {
  const result = new Float32Array(picture.length);
  const { exponent, desaturation, blackLevel, tint } = tone;
  const curve = Float32Array.from({ length: 1025 }, (_, step) => ((step / 1024) ** 2) ** exponent);
  const bend = (level: number) => {
    const position = Math.sqrt(Math.min(1, Math.max(0, level))) * 1024;
    const step = Math.min(1023, position | 0);
    const low = curve[step] ?? 0;
    return low + (position - step) * ((curve[step + 1] ?? 0) - low);
  };
  for (let o = 0; o < picture.length; o += 3) {
    const [r, g, b] = [picture[o] ?? 0, picture[o + 1] ?? 0, picture[o + 2] ?? 0];
    const grey = luminance(r, g, b);
    const red = bend(r + desaturation * (grey - r)) * tint[0];
    const green = bend(g + desaturation * (grey - g)) * tint[1];
    const blue = bend(b + desaturation * (grey - b)) * tint[2];
    const floor = medium === 'screen' ? blackLevel : 0;
    const top = medium === 'screen' ? Infinity : 1;
    result[o] = Math.min(top, floor + (1 - floor) * red);
    result[o + 1] = Math.min(top, floor + (1 - floor) * green);
    result[o + 2] = Math.min(top, floor + (1 - floor) * blue);
  }
  return result;
}
