import type { Random } from '@shared/random';
import { drawBackground } from './background';
import type { DomainConditions } from './domains';
import { drawFrom, drawNormal } from './draw';
import { shrink, type Bounds, type LinearFrame } from './frame';
import { buildHead, faceWidthScale } from './head-model';
import { castShadows, drawLighting, type Lighting } from './lighting';
import { headRotation, type Vector3 } from './maths';
import { isFace, rasterise, type GeometryBuffer, type View } from './rasterise';
import { drawWear, shade } from './shade';
import type { Subject } from './subject';
import { applyExpression, drawExpression } from './subject-shape';

/** A person before a camera. */
export interface Scene extends LinearFrame {
  readonly lighting: Lighting;
  /** Geometry at the rendered size, `oversampling` times as wide as the frame. */
  readonly buffer: GeometryBuffer;
  readonly oversampling: number;
}

/** Rendered pixels a frame pixel, along one side: smooths silhouettes as a sensor's aperture does. */
const OVERSAMPLING = 1.4;

/** Width of the canonical face, cm. */
const FACE_WIDTH = 15.4;

/**
 * Draws a bona fide scene: expression, pose, distance, light, room, clothes.
 * @param side pixels of the square frame
 * @param cover width of the face over the width of the frame
 */
export function renderScene(
  random: Random,
  subject: Subject,
  domain: DomainConditions,
  options: { readonly side: number; readonly cover: number },
): Scene {
  const side = Math.round(options.side * OVERSAMPLING);
  const lighting = drawLighting(random, domain);
  const face = applyExpression(subject.shape, drawExpression(random));
  const view = drawView(random, domain, subject, side, options.cover);
  const parts = buildHead(subject, face);
  const buffer = rasterise(parts, view);
  const rgb = drawBackground(random, side, domain);
  const shadows = castShadows(parts, view.rotation, lighting.direction);
  shade({ buffer, view, subject, wear: drawWear(random), lighting, shadows }, rgb);
  const oversampling = side / options.side;
  return {
    side: options.side,
    rgb: shrink(rgb, side, options.side),
    face: faceBounds(buffer, oversampling),
    lighting,
    buffer,
    oversampling,
  };
}

/** Pose and distance; the focal length follows, so that the face covers the given share of the frame. */
function drawView(random: Random, domain: DomainConditions, subject: Subject, side: number, cover: number): View {
  const distance = drawFrom(random, domain.distance);
  const { yaw, pitch, roll } = domain.pose;
  const rotation = headRotation(
    drawNormal(random, 0, yaw),
    drawNormal(random, -0.03, pitch),
    drawNormal(random, 0, roll),
  );
  const position: Vector3 = [drawNormal(random, 0, 0.7), drawNormal(random, 0.2, 0.7), -distance];
  const focal = (cover * side * distance) / (FACE_WIDTH * faceWidthScale(subject.shape));
  return { rotation, position, focal, side };
}

function faceBounds(buffer: GeometryBuffer, oversampling: number): Bounds {
  let [left, top, right, bottom] = [buffer.side, buffer.side, 0, 0];
  for (let row = 0; row < buffer.side; row++)
    for (let column = 0; column < buffer.side; column++) {
      if (!isFace(buffer.material[row * buffer.side + column] ?? 0)) continue;
      if (column < left) left = column;
      if (column > right) right = column;
      if (row < top) top = row;
      if (row > bottom) bottom = row;
    }
  return {
    left: left / oversampling,
    top: top / oversampling,
    right: (right + 1) / oversampling,
    bottom: (bottom + 1) / oversampling,
  };
}
