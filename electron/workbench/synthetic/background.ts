import type { Random } from '@shared/random';
import { surfaceColour } from './colour';
import type { DomainConditions, BackgroundKind } from './domains';
import { drawFrom } from './draw';
import { clamp, mix, smoothstep, type Vector3 } from './maths';
import { fractalNoise } from './noise';

/** A flat thing on the wall: furniture, a picture, a monitor, a window. Positions and sizes in frame widths. */
interface Panel {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly cosine: number;
  readonly sine: number;
  readonly colour: Vector3;
  /** Frame around it; monitors and pictures behind a person keep bezels from giving attacks away. */
  readonly border: number;
  readonly borderColour: Vector3;
}

interface Wall {
  readonly kind: BackgroundKind;
  readonly from: Vector3;
  readonly to: Vector3;
  readonly slope: readonly [number, number];
  readonly frequency: number;
  readonly panels: readonly Panel[];
  /** Width of soft edges. */
  readonly softness: number;
  readonly seed: number;
}

/**
 * A procedural room wall as linear RGB `[side, side, 3]`. It is out of focus, so it is drawn on a grid one to four
 * times coarser than the frame and interpolated: cheaper, and blurred as a real one.
 */
export function drawBackground(random: Random, side: number, domain: DomainConditions): Float32Array {
  const wall = drawWall(random, domain);
  const coarse = Math.max(24, Math.round(side / drawFrom(random, [1.2, 4])));
  const small = new Float32Array(3 * coarse * coarse);
  for (let row = 0; row < coarse; row++)
    for (let column = 0; column < coarse; column++)
      paintPoint(wall, (column + 0.5) / coarse, (row + 0.5) / coarse, small, 3 * (row * coarse + column));
  return enlarge(small, coarse, side);
}

function drawColour(random: Random, saturation: number): Vector3 {
  const grey = drawFrom(random, [0.03, 0.75]);
  return surfaceColour(grey, drawFrom(random, [0, saturation]), [
    drawFrom(random, [-1, 1]),
    drawFrom(random, [-1, 1]),
    drawFrom(random, [-1, 1]),
  ]);
}

function drawWall(random: Random, domain: DomainConditions): Wall {
  const kind = random.pick(domain.backgrounds);
  const saturation = domain.backgroundSaturation;
  const count = kind === 'room' ? 3 + random.integer(5) : kind === 'clutter' ? 8 + random.integer(16) : 0;
  return {
    kind,
    from: drawColour(random, saturation),
    to: drawColour(random, saturation),
    slope: [drawFrom(random, [-1, 1]), drawFrom(random, [-1, 1])],
    frequency: drawFrom(random, [6, 26]),
    panels: Array.from({ length: count }, () => drawPanel(random, saturation)),
    softness: drawFrom(random, [0.004, 0.03]),
    seed: random.integer(1_000_000),
  };
}

function drawPanel(random: Random, saturation: number): Panel {
  const tilt = random.chance(0.6) ? 0 : drawFrom(random, [-0.3, 0.3]);
  const bright = random.chance(0.1) ? drawFrom(random, [1.2, 2.5]) : 1;
  const colour = drawColour(random, saturation);
  return {
    x: drawFrom(random, [-0.2, 1]),
    y: drawFrom(random, [-0.2, 1]),
    width: drawFrom(random, [0.06, 0.5]),
    height: drawFrom(random, [0.06, 0.7]),
    cosine: Math.cos(tilt),
    sine: Math.sin(tilt),
    colour: [colour[0] * bright, colour[1] * bright, colour[2] * bright],
    border: random.chance(0.4) ? drawFrom(random, [0.008, 0.03]) : 0,
    borderColour: drawColour(random, 0.2),
  };
}

function paintPoint(wall: Wall, u: number, v: number, into: Float32Array, offset: number): void {
  const blend = clamp(0.5 + 0.5 * (wall.slope[0] * (u - 0.5) + wall.slope[1] * (v - 0.5)));
  const pattern = wallPattern(wall, u, v);
  let red = mix(wall.from[0], wall.to[0], blend) * pattern;
  let green = mix(wall.from[1], wall.to[1], blend) * pattern;
  let blue = mix(wall.from[2], wall.to[2], blend) * pattern;
  for (const panel of wall.panels) {
    const [px, py] = [u - panel.x, v - panel.y];
    const x = panel.cosine * px + panel.sine * py;
    const y = panel.cosine * py - panel.sine * px;
    const inset = Math.min(x, panel.width - x, y, panel.height - y);
    if (inset <= 0) continue;
    const cover = smoothstep(0, wall.softness, inset);
    const [r, g, b] = inset < panel.border ? panel.borderColour : panel.colour;
    red = mix(red, r, cover);
    green = mix(green, g, cover);
    blue = mix(blue, b, cover);
  }
  const mottle = 1 + 0.25 * fractalNoise(u * 7, v * 7, wall.seed + 3);
  into[offset] = clamp(red * mottle, 0, 3);
  into[offset + 1] = clamp(green * mottle, 0, 3);
  into[offset + 2] = clamp(blue * mottle, 0, 3);
}

/** Brightness factor of the wall's own material. */
function wallPattern(wall: Wall, u: number, v: number): number {
  const { kind, frequency, seed } = wall;
  if (kind === 'curtain') {
    const fold = u + 0.02 * Math.sin(5 * v + seed);
    return 0.75 + 0.35 * Math.sin(2 * Math.PI * frequency * fold + 2 * fractalNoise(u * 3, v * 3, seed));
  }
  if (kind === 'wood')
    return 0.8 + 0.6 * fractalNoise(u * 3, v * 40, seed, 2) + 0.3 * fractalNoise(u * 2, v * 9, seed + 5, 2);
  if (kind === 'brick') {
    const course = v * frequency * 0.5;
    const along = u * frequency * 0.25 + (Math.floor(course) % 2) * 0.5;
    const mortar = Math.abs((course % 1) - 0.5) > 0.44 || Math.abs((along % 1) - 0.5) > 0.47;
    return mortar ? 0.6 : 0.9 + 0.5 * fractalNoise(Math.floor(along) * 3.7, Math.floor(course) * 5.3, seed, 1);
  }
  if (kind === 'foliage') return 1 + 1.3 * fractalNoise(u * 14, v * 14, seed + 7, 3);
  return 1;
}

function enlarge(small: Float32Array, coarse: number, side: number): Float32Array {
  const large = new Float32Array(3 * side * side);
  const ratio = coarse / side;
  for (let row = 0; row < side; row++) {
    const y = clamp((row + 0.5) * ratio - 0.5, 0, coarse - 1.001);
    const top = Math.floor(y);
    const fy = y - top;
    for (let column = 0; column < side; column++) {
      const x = clamp((column + 0.5) * ratio - 0.5, 0, coarse - 1.001);
      const left = Math.floor(x);
      const fx = x - left;
      const from = 3 * (top * coarse + left);
      const below = from + 3 * coarse;
      const to = 3 * (row * side + column);
      for (let channel = 0; channel < 3; channel++) {
        const upper = (small[from + channel] ?? 0) * (1 - fx) + (small[from + 3 + channel] ?? 0) * fx;
        const lower = (small[below + channel] ?? 0) * (1 - fx) + (small[below + 3 + channel] ?? 0) * fx;
        large[to + channel] = upper * (1 - fy) + lower * fy;
      }
    }
  }
  return large;
}
