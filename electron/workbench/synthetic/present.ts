import type { Attack } from './attack';
import type { Bounds, LinearFrame } from './frame';
import type { Lighting } from './lighting';
import { clamp, cosineOfTurns, smoothstep, type Vector3 } from './maths';
import { latticeHash } from './noise';
import type { EyeHole } from './eye-holes';
import { paintEyeHole } from './eye-holes';

/** The picture that an attacker shows, as its medium gives it. */
export interface ShownPicture {
  readonly side: number;
  /** Linear RGB `[side, side, 3]`, see `reproduce`. */
  readonly rgb: Float32Array;
  /** Face in the picture, pixels. */
  readonly face: Bounds;
  /** Holes cut into the sheet; empty for all other attacks. */
  readonly holes: readonly EyeHole[];
}

export interface PresentationInput {
  readonly attack: Attack;
  readonly picture: ShownPicture;
  /** Width of the face in the frame, frame widths. */
  readonly cover: number;
  /** The attacker's room, linear RGB `[side, side, 3]`. */
  readonly background: Float32Array;
  readonly lighting: Lighting;
  readonly side: number;
}

/** Angles of the cyan, magenta and yellow halftone screens, as offset printing sets them. */
const screenAngles = [15, 75, 45].map((degrees) => (degrees * Math.PI) / 180);
const screenCosines = screenAngles.map(Math.cos);
const screenSines = screenAngles.map(Math.sin);

/** Everything constant over the frame, unpacked once. */
type Constants = ReturnType<typeof prepare>;

/** What one ray brings home; reused. */
interface Ray {
  red: number;
  green: number;
  blue: number;
  /** Picture coordinates, picture widths. */
  u: number;
  v: number;
}

/**
 * Photographs the medium: every pixel sends 2 × 2 jittered rays (the sensor's aperture), each of which meets the tilted
 * and bent sheet, its frame or the room behind. Grids finer than that alias, as they do on a sensor: moiré is not
 * painted, it happens.
 */
export function present(input: PresentationInput): LinearFrame {
  const constants = prepare(input);
  const { side } = input;
  const rgb = new Float32Array(3 * side * side);
  const ray: Ray = { red: 0, green: 0, blue: 0, u: 0, v: 0 };
  const seen = { left: side, top: side, right: 0, bottom: 0 };
  const { face, side: pictureSide } = input.picture;
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const o = 3 * (row * side + column);
      let [red, green, blue] = [0, 0, 0];
      for (let sample = 0; sample < 4; sample++) {
        const jitter = ((row & 31) * 32 + (column & 31)) * 8 + 2 * sample;
        const x = (column + 0.5 * ((sample & 1) + (jitterTable[jitter] ?? 0))) / side - 0.5;
        const y = 0.5 - (row + 0.5 * ((sample >> 1) + (jitterTable[jitter + 1] ?? 0))) / side;
        trace(constants, x, y, o, ray);
        red += ray.red;
        green += ray.green;
        blue += ray.blue;
      }
      rgb[o] = red / 4;
      rgb[o + 1] = green / 4;
      rgb[o + 2] = blue / 4;
      const [u, v] = [ray.u * pictureSide, ray.v * pictureSide];
      if (u < face.left || u > face.right || v < face.top || v > face.bottom) continue;
      if (column < seen.left) seen.left = column;
      if (column >= seen.right) seen.right = column + 1;
      if (row < seen.top) seen.top = row;
      if (row >= seen.bottom) seen.bottom = row + 1;
    }
  return { side, rgb, face: seen };
}

/** Sub-sample jitter in [0.25, 0.75] of half a pixel; 32 × 32 pixels, then it repeats. */
const jitterTable = Float32Array.from({ length: 32 * 32 * 8 }, (_, i) => 0.25 + 0.5 * latticeHash(i, 17, 3));

function prepare(input: PresentationInput) {
  const { attack, picture, lighting, side, background } = input;
  const { face } = picture;
  const faceWidth = (face.right - face.left) / picture.side;
  const [width, height] = attack.placement.window;
  const [u, v] = [(face.left + face.right) / 2 / picture.side, (face.top + face.bottom) / 2 / picture.side];
  const { sky, ground } = lighting;
  const ambient: Vector3 = [0.5 * (sky[0] + ground[0]), 0.5 * (sky[1] + ground[1]), 0.5 * (sky[2] + ground[2])];
  const left = clamp(u - width / 2, 0, 1 - width);
  const top = clamp(v - height / 2, 0, 1 - height);
  return {
    attack,
    placement: attack.placement,
    tone: attack.tone,
    structure: attack.structure,
    picture,
    lighting,
    background,
    side,
    ambient,
    /** Picture widths a frame width, and the point of the picture that lies on the sheet's centre. */
    zoom: faceWidth / input.cover,
    centreU: u,
    centreV: v,
    left,
    right: left + width,
    top,
    bottom: top + height,
    screen: attack.kind.medium === 'screen',
    /** Local coordinates are reused between tracing and shading. */
    sheet: { x: 0, y: 0, nx: 0, ny: 0, nz: 1 },
  };
}

function trace(c: Constants, x: number, y: number, pixel: number, ray: Ray): void {
  const { placement, sheet } = c;
  const m = placement.rotation;
  // Ray (x, y, −d)·s against the plane through (0, 0, −d) with the sheet's normal; d = distance in frame widths.
  const s = m[8] / (m[8] - (m[2] * x + m[5] * y) / placement.distance);
  const [px, py, pz] = [x * s, y * s, placement.distance * (1 - s)];
  let lx = m[0] * px + m[3] * py + m[6] * pz;
  let ly = m[1] * px + m[4] * py + m[7] * pz;
  const { wave } = placement;
  let slope = 2 * placement.bendAcross * lx;
  // The sheet's height acts as local magnification.
  let magnification = 1 + placement.bendAcross * lx * lx + placement.bendAlong * ly * ly;
  if (wave.height > 0) {
    const along = wave.frequency * lx + wave.phase;
    magnification += wave.height * Math.sin(along) * Math.cos(0.7 * wave.frequency * ly);
    slope += wave.height * wave.frequency * Math.cos(along);
  }
  lx *= magnification;
  ly *= magnification;
  ray.u = c.centreU + (lx - placement.offset[0]) * c.zoom;
  ray.v = c.centreV - (ly - placement.offset[1]) * c.zoom;
  const acrossInset = Math.min(ray.u - c.left, c.right - ray.u);
  const alongInset = Math.min(ray.v - c.top, c.bottom - ray.v);
  if (acrossInset < -placement.frame[0] || alongInset < -placement.frame[1]) {
    ray.red = c.background[pixel] ?? 0;
    ray.green = c.background[pixel + 1] ?? 0;
    ray.blue = c.background[pixel + 2] ?? 0;
    return;
  }
  const nx = m[2] - slope * m[0];
  const ny = m[5] - slope * m[3];
  const nz = m[8] - slope * m[6];
  const length = 1 / Math.sqrt(nx * nx + ny * ny + nz * nz);
  sheet.x = lx;
  sheet.y = ly;
  sheet.nx = nx * length;
  sheet.ny = ny * length;
  sheet.nz = nz * length;
  if (acrossInset < 0 || alongInset < 0) shadeFrame(c, ray);
  else if (c.screen) shadeScreen(c, x, y, pixel, ray);
  else shadePaper(c, x, y, ray);
}

/** Cosine to the key light and to the fill light, not below a little: rooms scatter. */
function keyCosine(c: Constants): number {
  const { sheet } = c;
  const l = c.lighting.direction;
  return Math.max(0.02, sheet.nx * l[0] + sheet.ny * l[1] + sheet.nz * l[2]);
}

function fillCosine(c: Constants): number {
  const { sheet } = c;
  const l = c.lighting.fillDirection;
  return Math.max(0, sheet.nx * l[0] + sheet.ny * l[1] + sheet.nz * l[2]);
}

function shadeFrame(c: Constants, ray: Ray): void {
  const { key, fill } = c.lighting;
  const colour = c.screen ? c.placement.frameColour : c.tone.paper;
  const [k, f] = [keyCosine(c), fillCosine(c)];
  ray.red = colour[0] * (key[0] * k + c.ambient[0] + fill[0] * f);
  ray.green = colour[1] * (key[1] * k + c.ambient[1] + fill[1] * f);
  ray.blue = colour[2] * (key[2] * k + c.ambient[2] + fill[2] * f);
}

/** Bilinear sample of the shown picture into the ray's colour. */
function fetchPicture(c: Constants, ray: Ray): void {
  const { side, rgb } = c.picture;
  const x = Math.min(Math.max(ray.u * side - 0.5, 0), side - 1.001);
  const y = Math.min(Math.max(ray.v * side - 0.5, 0), side - 1.001);
  const [left, top] = [x | 0, y | 0];
  const [fx, fy] = [x - left, y - top];
  const o = 3 * (top * side + left);
  const below = o + 3 * side;
  const [w00, w10, w01, w11] = [(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy];
  ray.red = w00 * (rgb[o] ?? 0) + w10 * (rgb[o + 3] ?? 0) + w01 * (rgb[below] ?? 0) + w11 * (rgb[below + 3] ?? 0);
  ray.green =
    w00 * (rgb[o + 1] ?? 0) + w10 * (rgb[o + 4] ?? 0) + w01 * (rgb[below + 1] ?? 0) + w11 * (rgb[below + 4] ?? 0);
  ray.blue =
    w00 * (rgb[o + 2] ?? 0) + w10 * (rgb[o + 5] ?? 0) + w01 * (rgb[below + 2] ?? 0) + w11 * (rgb[below + 5] ?? 0);
}

/** Emission through the pixel grid, flicker bands, and the room's mirror image in the glass. */
function shadeScreen(c: Constants, x: number, y: number, pixel: number, ray: Ray): void {
  const { structure, sheet } = c;
  fetchPicture(c, ray);
  let level = c.tone.brightness;
  if (structure.rows > 0) level *= 1 + structure.rows * cosineOfTurns(sheet.y / structure.period);
  const { bands } = structure;
  if (bands.depth > 0) level *= 1 + bands.depth * cosineOfTurns(bands.frequency * y + bands.phase);
  const column = sheet.x / structure.period;
  const stripes = structure.stripes;
  ray.red *= level * (1 + stripes * cosineOfTurns(column + 1 / 3));
  ray.green *= level * (1 + stripes * cosineOfTurns(column));
  ray.blue *= level * (1 + stripes * cosineOfTurns(column - 1 / 3));
  if (structure.reflection === 0) return;
  const { windowPane: pane } = structure;
  const across = Math.abs(x - pane.x + pane.tilt * y);
  const along = Math.abs(y - pane.y);
  const bright =
    1.6 * smoothstep(pane.width, 0.7 * pane.width, across) * smoothstep(pane.height, 0.7 * pane.height, along);
  // The mirrored pixel of the same row stands for the room on the camera's side.
  const row = 3 * c.side;
  const start = pixel - (pixel % row);
  const mirrored = start + (row - 3 - (pixel - start));
  const { sky } = c.lighting;
  ray.red += structure.reflection * (0.25 * (c.background[mirrored] ?? 0) + bright * sky[0] + 0.1);
  ray.green += structure.reflection * (0.25 * (c.background[mirrored + 1] ?? 0) + bright * sky[1] + 0.1);
  ray.blue += structure.reflection * (0.25 * (c.background[mirrored + 2] ?? 0) + bright * sky[2] + 0.1);
}

/** Ink on paper under the room's light: halftone, fibres, feed bands, highlight, and whoever looks through the holes. */
function shadePaper(c: Constants, x: number, y: number, ray: Ray): void {
  const { structure, sheet, tone } = c;
  const { key, fill, direction } = c.lighting;
  const [k, f] = [keyCosine(c), fillCosine(c)];
  const red = key[0] * k + c.ambient[0] + fill[0] * f;
  const green = key[1] * k + c.ambient[1] + fill[1] * f;
  const blue = key[2] * k + c.ambient[2] + fill[2] * f;
  for (const hole of c.picture.holes) {
    if (!paintEyeHole(hole, ray.u, ray.v, ray)) continue;
    ray.red *= red;
    ray.green *= green;
    ray.blue *= blue;
    return;
  }
  fetchPicture(c, ray);
  if (structure.halftone > 0) {
    ray.red = printDot(structure.halftone, structure.halftoneFrequency, 0, ray.u, ray.v, ray.red);
    ray.green = printDot(structure.halftone, structure.halftoneFrequency, 1, ray.u, ray.v, ray.green);
    ray.blue = printDot(structure.halftone, structure.halftoneFrequency, 2, ray.u, ray.v, ray.blue);
  }
  let texture = 1 + structure.fibre * (2 * latticeHash((ray.u * 900) | 0, (ray.v * 900) | 0, structure.noiseSeed) - 1);
  const { bands } = structure;
  if (bands.depth > 0) texture += bands.depth * cosineOfTurns(bands.frequency * ray.v + bands.phase);
  let highlight = 0;
  if (structure.gloss > 0) {
    // Half vector between the key light and the eye; the eye sits at the origin, the sheet one unit away.
    const [hx, hy, hz] = [direction[0] - x, direction[1] - y, direction[2] + 1];
    const cosine = (sheet.nx * hx + sheet.ny * hy + sheet.nz * hz) / Math.sqrt(hx * hx + hy * hy + hz * hz);
    highlight = structure.gloss * Math.max(0, cosine) ** 90;
  }
  const black = tone.blackLevel;
  ray.red = tone.paper[0] * (black + (1 - black) * ray.red) * texture * red + highlight * key[0];
  ray.green = tone.paper[1] * (black + (1 - black) * ray.green) * texture * green + highlight * key[1];
  ray.blue = tone.paper[2] * (black + (1 - black) * ray.blue) * texture * blue + highlight * key[2];
}

/** One ink's screen: dots grow and shrink most in the mid-tones. */
function printDot(depth: number, frequency: number, ink: number, u: number, v: number, level: number): number {
  const [cosine, sine] = [screenCosines[ink] ?? 1, screenSines[ink] ?? 0];
  const across = cosineOfTurns(frequency * (cosine * u + sine * v));
  const along = cosineOfTurns(frequency * (cosine * v - sine * u));
  return clamp(level + 0.5 * depth * across * along * Math.sqrt(level) * (1 - level));
}
