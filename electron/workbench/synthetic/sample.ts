import { createRandom, type Random } from '@shared/random';
import type { RgbImage } from '@workbench/images/rgb-image';
import { drawAttack, reproduce } from './attack';
import { drawBackground } from './background';
import { takePicture, drawShot, type Shot } from './camera';
import { toLinear } from './colour';
import { drawCrop, type Crop } from './crop';
import { attackerCamera, syntheticDomains, type AttackKind, type CameraLook, type DomainConditions } from './domains';
import { drawFrom } from './draw';
import { cutHoles, findEyes, type EyeSpot } from './eye-holes';
import type { Bounds, LinearFrame } from './frame';
import { drawLighting, type Lighting } from './lighting';
import { present } from './present';
import { renderScene } from './scene';
import type { Subject } from './subject';
import { measureTrueDepth } from './true-depth';

/** One picture of a synthetic domain. */
export interface Sample {
  readonly image: RgbImage;
  /** Face crop in pixels of the image: left, top, width, height. */
  readonly box: readonly [number, number, number, number];
  /** `[32, 32]` over the crop, 255 nearest, 0 background; null for attacks, whose face is not there. */
  readonly trueDepth: Uint8Array | null;
  /** The camera's name, such as `O3`. */
  readonly device: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What an attacker photographed of a subject, to show it later. */
export interface SourceCapture {
  readonly side: number;
  /** Linear RGB `[side, side, 3]`. */
  readonly rgb: Float32Array;
  readonly face: Bounds;
  readonly eyes: readonly EyeSpot[];
}

/** Frame side over crop side: room around the crop for background, bezel and hands. */
const FRAME_PER_CROP = 1.5;
/** Width of the face over the width of the frame. */
const FACE_COVER = 0.37;
/** The same in the attacker's picture: nearer, so that the shown face is no larger than its pixels. */
const SOURCE_COVER = 0.44;
/** Pixels of the shown face over those of the best sensor: more, as the second camera's aperture and lens soften it again. */
const SOURCE_DETAIL = 1.35;
/** Share of attackers who shoot in rooms like those of the bona fide pictures; else the room gives the class away. */
const SAME_ROOM = 0.8;

/** Draws a bona fide picture. @param seed names the random streams of this picture */
export function sampleBonaFide(subject: Subject, domain: DomainConditions, seed: string): Sample {
  const camera = drawCamera(domain, seed);
  const scene = renderScene(createRandom(`${seed}/scene`), subject, domain, {
    side: camera.frameSide,
    cover: FACE_COVER,
  });
  const crop = drawCrop(createRandom(`${seed}/crop`), scene.face, scene.side);
  const trueDepth = measureTrueDepth(scene.buffer, crop, scene.oversampling);
  return { ...photograph(scene, crop, camera, scene.lighting), trueDepth };
}

/** Draws an attack: the source shown on the kind's medium, before the cameras and in rooms of the domain. */
export function sampleAttack(
  source: SourceCapture,
  domain: DomainConditions,
  kind: AttackKind,
  strength: number,
  seed: string,
): Sample {
  const camera = drawCamera(domain, seed);
  const side = camera.frameSide;
  const random = createRandom(`${seed}/scene`);
  const lighting = drawLighting(random, domain);
  const background = drawBackground(random, side, domain);
  const faceWidth = (source.face.right - source.face.left) / source.side;
  const attack = drawAttack(random, kind, { strength, frameSide: side, faceWidth });
  const picture = {
    side: source.side,
    rgb: reproduce(source.rgb, kind.medium, attack.tone),
    face: source.face,
    holes: kind.eyeHoles ? cutHoles(random, source.eyes) : [],
  };
  const cover = FACE_COVER * drawFrom(random, [0.92, 1.08]);
  const frame = present({ attack, picture, cover, background, lighting, side });
  const crop = drawCrop(createRandom(`${seed}/crop`), frame.face, side);
  return { ...photograph(frame, crop, camera, lighting), trueDepth: null };
}

/**
 * The attacker's own capture of a subject: a good camera, 8 bits, JPEG. Its size follows the domain's best sensor, so
 * that attacks are neither sharper nor softer than bona fide pictures by construction.
 */
export function captureSource(subject: Subject, domain: DomainConditions, seed: string): SourceCapture {
  const random = createRandom(`${seed}/scene`);
  const side = sourceSide(domain);
  const scene = renderScene(random, subject, drawAttackerRoom(random, domain), { side, cover: SOURCE_COVER });
  const shot = drawShot(createRandom(`${seed}/camera`), attackerCamera, side / FRAME_PER_CROP);
  const crop = drawCrop(createRandom(`${seed}/crop`), scene.face, side);
  return {
    side,
    rgb: toLinear(takePicture(scene.rgb, side, crop, shot)),
    face: scene.face,
    eyes: findEyes(scene.buffer),
  };
}

/** The domain whose rooms and lights the attacker uses. */
export function drawAttackerRoom(random: Random, domain: DomainConditions): DomainConditions {
  return random.chance(SAME_ROOM) ? domain : random.pick(Object.values(syntheticDomains));
}

/** Side of the attacker's picture: its face has at least the pixels that the domain's best sensor gives a face. */
export function sourceSide(domain: DomainConditions): number {
  const best = Math.max(...domain.cameras.map((look) => look.cropPixels[1]));
  return Math.round(SOURCE_DETAIL * frameSideOf(best) * (FACE_COVER / SOURCE_COVER));
}

/** Sensor pixels across the frame when the face crop has `cropPixels`. */
export function frameSideOf(cropPixels: number): number {
  return Math.round(FRAME_PER_CROP * cropPixels);
}

interface Camera {
  readonly name: string;
  readonly look: CameraLook;
  readonly frameSide: number;
  readonly shot: Shot;
}

/** The same draw for bona fide pictures and attacks: one stream, the domain's cameras, nothing of the class. */
function drawCamera(domain: DomainConditions, seed: string): Camera {
  const random = createRandom(`${seed}/camera`);
  const look = random.pick(domain.cameras);
  const cropPixels = Math.round(drawFrom(random, look.cropPixels));
  return {
    name: `${domain.id}${domain.cameras.indexOf(look) + 1}`,
    look,
    frameSide: frameSideOf(cropPixels),
    shot: drawShot(random, look, cropPixels),
  };
}

function photograph(frame: LinearFrame, crop: Crop, camera: Camera, lighting: Lighting): Omit<Sample, 'trueDepth'> {
  const { side } = frame;
  const data = takePicture(frame.rgb, side, crop, camera.shot);
  const round = (value: number) => Math.round(value * 100) / 100;
  return {
    image: { width: side, height: side, data },
    box: [round(crop.left), round(crop.top), round(crop.side), round(crop.side)],
    device: camera.name,
    tags: {
      light: lighting.kind,
      kelvin: String(Math.round(lighting.kelvin / 100) * 100),
      jpegQuality: String(camera.shot.jpegQuality),
    },
  };
}
